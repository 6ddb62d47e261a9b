using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Bench.Layers;

/// <summary>
/// Spectral Adapter R as the official diffusion code evaluates it: every forward copies the full factors, rotates their first
/// columns and multiplies them to the dense weight.
/// </summary>
internal sealed class OfficialSpectralR : nn.Module<Tensor, Tensor>
{
    private readonly Tensor u;
    private readonly Tensor s;
    private readonly Tensor v;
    private readonly Tensor bias;
    private readonly Parameter A;
    private readonly Parameter B;
    private readonly Parameter C;

    /// <param name="factors">All k singular triplets.</param>
    /// <param name="bias">[m].</param>
    /// <param name="rank">r.</param>
    public OfficialSpectralR(SpectralAdapters.SingularFactors factors, Tensor bias, long rank)
        : base(nameof(OfficialSpectralR))
    {
        (u, s, v) = (factors.U, factors.S, factors.V); // [m, k], [k], [n, k]
        this.bias = bias;
        A = new Parameter(zeros(rank, rank), requires_grad: true); // [r, r]
        B = new Parameter(zeros(rank, rank), requires_grad: true); // [r, r]
        C = new Parameter(ones(rank), requires_grad: true); // [r]
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var rotatedU = Rotated(u, A); // [m, k]
        var rotatedV = Rotated(v, B); // [n, k]
        var values = cat([s.narrow(0, 0, C.shape[0]).mul(C), s.narrow(0, C.shape[0], s.shape[0] - C.shape[0])], 0); // [k]
        var weight = rotatedU.mm(diag(values)).mm(rotatedV.t()); // [m, n]
        return nn.functional.linear(input, weight, bias).MoveToOuterDisposeScope();
    }

    private static Tensor Rotated(Tensor all, Tensor parameters)
    {
        var skew = parameters.sub(parameters.t()).div(2); // [r, r]
        var identity = eye(parameters.shape[0]); // [r, r]
        var rotation = identity.sub(skew).mm(linalg.inv(identity.add(skew))); // [r, r]
        var rank = parameters.shape[0];
        return cat([all.narrow(1, 0, rank).mm(rotation), all.narrow(1, rank, all.shape[1] - rank)], 1);
    }
}
