using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Bench.Layers;

/// <summary>
/// Spectral Adapter A as the official language-model code evaluates it: every forward builds the dense weight
/// (U + B) diag(S) (V + A^T)^T + L.
/// </summary>
internal sealed class OfficialSpectralA : nn.Module<Tensor, Tensor>
{
    private readonly Tensor u;
    private readonly Tensor s;
    private readonly Tensor v;
    private readonly Tensor rest;
    private readonly Tensor bias;
    private readonly Parameter lora_A;
    private readonly Parameter lora_B;

    public OfficialSpectralA(SpectralAdapters.SingularFactors factors, Tensor weight, Tensor bias)
        : base(nameof(OfficialSpectralA))
    {
        (u, s, v) = (factors.U, factors.S, factors.V); // [m, r], [r], [n, r]
        rest = weight.sub(factors.Product()); // [m, n]
        this.bias = bias;
        lora_A = new Parameter(zeros(s.shape[0], weight.shape[1]), requires_grad: true); // [r, n]
        lora_B = new Parameter(zeros(weight.shape[0], s.shape[0]), requires_grad: true); // [m, r]
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var weight = u.add(lora_B).mm(diag(s)).mm(v.add(lora_A.t()).t()).add(rest); // [m, n]
        return nn.functional.linear(input, weight, bias).MoveToOuterDisposeScope();
    }
}
