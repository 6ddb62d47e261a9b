using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Bench.Layers;

/// <summary>
/// Spectral Adapter R as the official diffusion code evaluates it: every forward copies the full factors, rotates their first
/// columns and multiplies them to the dense weight.
/// </summary>
internal sealed class OfficialSpectralR : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "u")]
    private readonly Tensor _u;

    [ComponentName(Name = "s")]
    private readonly Tensor _s;

    [ComponentName(Name = "v")]
    private readonly Tensor _v;

    [ComponentName(Name = "bias")]
    private readonly Tensor _bias;

    [ComponentName(Name = "A")]
    private readonly Parameter _a;

    [ComponentName(Name = "B")]
    private readonly Parameter _b;

    [ComponentName(Name = "C")]
    private readonly Parameter _c;

    /// <param name="factors">All k singular triplets.</param>
    /// <param name="bias">[m].</param>
    /// <param name="rank">r.</param>
    public OfficialSpectralR(SpectralAdapters.SingularFactors factors, Tensor bias, long rank)
        : base(nameof(OfficialSpectralR))
    {
        (_u, _s, _v) = (factors.U, factors.S, factors.V); // [m, k], [k], [n, k]
        _bias = bias;
        _a = new Parameter(zeros(rank, rank), requires_grad: true); // [r, r]
        _b = new Parameter(zeros(rank, rank), requires_grad: true); // [r, r]
        _c = new Parameter(ones(rank), requires_grad: true); // [r]
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var rotatedU = Rotated(_u, _a); // [m, k]
        var rotatedV = Rotated(_v, _b); // [n, k]
        var values = cat([_s.narrow(0, 0, _c.shape[0]).mul(_c), _s.narrow(0, _c.shape[0], _s.shape[0] - _c.shape[0])], 0); // [k]
        var weight = rotatedU.mm(diag(values)).mm(rotatedV.t()); // [m, n]
        return nn.functional.linear(input, weight, _bias).MoveToOuterDisposeScope();
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
