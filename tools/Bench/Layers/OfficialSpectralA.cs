using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Bench.Layers;

/// <summary>
/// Spectral Adapter A as the official language-model code evaluates it: every forward builds the dense weight
/// (U + B) diag(S) (V + A^T)^T + L.
/// </summary>
internal sealed class OfficialSpectralA : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "u")]
    private readonly Tensor _u;

    [ComponentName(Name = "s")]
    private readonly Tensor _s;

    [ComponentName(Name = "v")]
    private readonly Tensor _v;

    [ComponentName(Name = "rest")]
    private readonly Tensor _rest;

    [ComponentName(Name = "bias")]
    private readonly Tensor _bias;

    [ComponentName(Name = "lora_A")]
    private readonly Parameter _loraA;

    [ComponentName(Name = "lora_B")]
    private readonly Parameter _loraB;

    public OfficialSpectralA(SpectralAdapters.SingularFactors factors, Tensor weight, Tensor bias)
        : base(nameof(OfficialSpectralA))
    {
        (_u, _s, _v) = (factors.U, factors.S, factors.V); // [m, r], [r], [n, r]
        _rest = weight.sub(factors.Product()); // [m, n]
        _bias = bias;
        _loraA = new Parameter(zeros(_s.shape[0], weight.shape[1]), requires_grad: true); // [r, n]
        _loraB = new Parameter(zeros(weight.shape[0], _s.shape[0]), requires_grad: true); // [m, r]
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var weight = _u.add(_loraB).mm(diag(_s)).mm(_v.add(_loraA.t()).t()).add(_rest); // [m, n]
        return nn.functional.linear(input, weight, _bias).MoveToOuterDisposeScope();
    }
}
