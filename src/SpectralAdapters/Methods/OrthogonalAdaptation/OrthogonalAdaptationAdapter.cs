using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// Orthogonal Adaptation over one layer: y = x W^T + b + (x D^T) U^T (official file adapter_fusion/orthogonal_adaptation).
/// </summary>
public sealed class OrthogonalAdaptationAdapter : Adapter
{
    private const double RowScale = 0.5;

    [ComponentName(Name = "lora_down")]
    private Tensor _loraDown;

    [ComponentName(Name = "lora_up")]
    private Parameter _loraUp;

    /// <summary>Takes the concept's rows of a seeded orthonormal matrix and starts from zero, so that the layer starts unchanged.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="site">The layer.</param>
    public OrthogonalAdaptationAdapter(OrthogonalAdaptationConfig config, AdapterSite site)
        : this(config, site, Basis(config, site))
    {
    }

    /// <summary>Takes the concept's rows of a given orthonormal matrix.</summary>
    /// <param name="config">The settings; the basis seed is not used.</param>
    /// <param name="site">The layer.</param>
    /// <param name="basis">Orthonormal rows, [n, n].</param>
    public OrthogonalAdaptationAdapter(OrthogonalAdaptationConfig config, AdapterSite site, Tensor basis)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        var type = config.ParameterTypeOver(site.Weight);
        _loraDown = Rows(config, basis, type, site.Weight.device); // [r, n]
        _loraUp = Trainable(zeros(OutFeatures, config.Rank, dtype: type, device: site.Weight.device)); // [m, r]
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias) =>
        LowRankLinear.Forward(input, weight, bias, Widening, trained => new LoraFactors(trained[0], _loraDown), _loraUp);

    /// <inheritdoc/>
    public override LoraFactors ToLora()
    {
        using var noGrad = no_grad();
        return new LoraFactors(_loraUp.detach().clone(), _loraDown.clone());
    }

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight) =>
        weight.addmm(_loraUp.to_type(weight.dtype), _loraDown.to_type(weight.dtype)); // [m, n]

    private static Tensor Basis(OrthogonalAdaptationConfig config, AdapterSite site)
    {
        using var generator = new Generator(config.BasisSeed);
        return RandomOrthonormal.Columns(site.InFeatures, site.InFeatures, generator); // [n, n]
    }

    private static Tensor Rows(OrthogonalAdaptationConfig config, Tensor basis, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var order = new NumpyRandomState(0).Permutation((int)basis.shape[0]);
        var rows = tensor(order.Skip((int)(config.Concept * config.Rank)).Take((int)config.Rank).ToArray(), device: basis.device); // [r]
        return Frozen(basis.index_select(0, rows).mul(RowScale).to(type, device));
    }
}
