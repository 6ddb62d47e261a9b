using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// VeRA over one layer: y = x W^T + b0 + (((x A^T) * d) B^T) * b (PEFT tuners/vera; official file adapter_efficiency/mix_vera).
/// </summary>
public sealed class VeraAdapter : Adapter
{
    [ComponentName(Name = "A")]
    private Tensor _projectionA;

    [ComponentName(Name = "B")]
    private Tensor _projectionB;

    [ComponentName(Name = "d")]
    private Parameter _d;

    [ComponentName(Name = "b")]
    private Parameter _b;

    /// <summary>Draws or cuts the projections and starts with b zero, so that the layer starts unchanged.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="site">The layer.</param>
    public VeraAdapter(VeraConfig config, AdapterSite site)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        var type = config.ParameterTypeOver(site.Weight);
        var device = site.Weight.device;
        (_projectionA, _projectionB) = config.SharedProjections
            ? CutShared(config, site, type)
            : (Frozen(ParameterInit.Uniform(1 / Math.Sqrt(InFeatures), site, type, config.Rank, InFeatures)), // [r, n]
               Frozen(ParameterInit.Uniform(1 / Math.Sqrt(config.Rank), site, type, OutFeatures, config.Rank))); // [m, r]
        var start = config.InitialD ?? (config.SharedProjections ? 0.1 : 1);
        _d = Trainable(full([config.Rank], start, dtype: type, device: device)); // [r]
        _b = Trainable(zeros(OutFeatures, dtype: type, device: device)); // [m]
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias) =>
        LowRankLinear.Forward(input, weight, bias, Widening, _ => new LoraFactors(Up(), _projectionA), _d, _b);

    /// <inheritdoc/>
    public override LoraFactors ToLora()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new LoraFactors(Up().MoveToOuterDisposeScope(), _projectionA.clone().MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight) =>
        weight.addmm(Up().to_type(weight.dtype), _projectionA.to_type(weight.dtype)); // [m, n]

    // PEFT draws A, then B, for the largest sides of all layers and cuts each layer's part; its bound is sqrt(6 / fan-in).
    private static (Tensor A, Tensor B) CutShared(VeraConfig config, AdapterSite site, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(config.ProjectionSeed);
        var (bound, boundOfB) = (Math.Sqrt(6.0 / site.LargestInFeatures), Math.Sqrt(6.0 / config.Rank));
        var a = empty(config.Rank, site.LargestInFeatures).uniform_(-bound, bound, generator); // [r, max n]
        var b = empty(site.LargestOutFeatures, config.Rank).uniform_(-boundOfB, boundOfB, generator); // [max m, r]
        return (Frozen(a.narrow(1, 0, site.InFeatures).contiguous().to(type, site.Weight.device, copy: true)),
            Frozen(b.narrow(0, 0, site.OutFeatures).contiguous().to(type, site.Weight.device, copy: true)));
    }

    private Tensor Up() => _projectionB.mul(_d).mul(_b.unsqueeze(1)); // [m, r]
}
