using System.Text.Json;
using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;
using SpectralAdapters.Files;
using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// One adapter method with its settings. A config knows its own limits and how many parameters it trains, without a model.
/// Two configs are the same setting if their JSON is the same text.
/// </summary>
public abstract record AdapterConfig
{
    /// <summary>The method's name in files and on command lines, for instance <c>spectral-a</c>.</summary>
    [JsonIgnore]
    public abstract string Method { get; }

    /// <summary>Which layers are adapted. Needed to attach to a model, not to count parameters.</summary>
    public TargetModules? TargetModules { get; init; }

    /// <summary>Layers that stay unadapted although <see cref="TargetModules"/> names them (PEFT's exclude_modules).</summary>
    public TargetModules? ExcludeModules { get; init; }

    /// <summary>
    /// Which of the layers that <see cref="TargetModules"/> names by ending are adapted; layers named in full always are. Null for all
    /// (PEFT's layers_to_transform). Not beside a regular expression.
    /// </summary>
    public LayerIndices? LayersToTransform { get; init; }

    /// <summary>
    /// Modules outside the adapted layers that are trained and saved as they are (classifier heads), by name or any ending of it, as in
    /// PEFT: <c>norm</c> also means <c>input_layernorm</c>.
    /// </summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>The element type of the trainable parameters; null for float32 over every base but a float64 one.</summary>
    public ScalarType? ParameterType { get; init; }

    /// <summary>Whether the method trains the base model itself, or a part of it, and adds nothing to it.</summary>
    [JsonIgnore]
    public virtual bool TrainsBase => false;

    /// <summary>Checks every setting that can be checked without a layer.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names it, its value and the range.</exception>
    public virtual void Validate()
    {
    }

    /// <summary>Checks the settings against the shape of one layer.</summary>
    /// <param name="layer">The layer's name, for the message.</param>
    /// <param name="outFeatures">m.</param>
    /// <param name="inFeatures">n.</param>
    /// <exception cref="ArgumentException">
    /// The method cannot be applied to this shape; the message names layer, setting and sizes.
    /// </exception>
    public abstract void Validate(string layer, long outFeatures, long inFeatures);

    /// <summary>The number of trainable parameters of one m x n layer.</summary>
    /// <param name="outFeatures">m.</param>
    /// <param name="inFeatures">n.</param>
    public abstract long ParameterCount(long outFeatures, long inFeatures);

    /// <summary>The settings that hold for one layer, where a method lets layers differ.</summary>
    /// <param name="layer">The layer's full name.</param>
    public virtual AdapterConfig ForLayer(string layer) => this;

    /// <summary>Creates the adapter of one layer in its initial state.</summary>
    /// <param name="site">The layer.</param>
    public abstract Adapter Create(AdapterSite site);

    /// <summary>The config as JSON: the method's name, then every setting.</summary>
    public string ToJson() => AdapterJson.Write(this);

    /// <summary>Reads a config of any registered method.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <exception cref="JsonException">Not JSON, an unknown method, an unknown setting, or a value of the wrong type.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static AdapterConfig FromJson(string json) => AdapterJson.Read(json);

    /// <summary>Whether a layer is adapted.</summary>
    /// <param name="layer">The layer's full name.</param>
    public bool Adapts(string layer) =>
        ExcludeModules?.Match(layer) is not true
        && TargetModules?.Match(layer) is true
        && (LayersToTransform is null || TargetModules.Names.Contains(layer) || LayersToTransform.Match(layer));

    /// <summary>Whether a module is trained and saved as it is.</summary>
    /// <param name="module">The module's full name.</param>
    internal bool Saves(string module) => ModulesToSave.Any(name => module.EndsWith(name, StringComparison.Ordinal));

    /// <summary>Checks the settings that choose layers and modules against each other.</summary>
    /// <exception cref="ArgumentException">One has no effect beside another, or a name is empty.</exception>
    internal void ValidateSelection()
    {
        if (LayersToTransform is not null && TargetModules?.Pattern is not null)
        {
            throw new ArgumentException($"{Method}: layers to transform have no effect beside a regular expression of target modules.");
        }

        if (ModulesToSave.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException($"{Method}: a module to save needs a name; found an empty one.");
        }
    }

    /// <summary>Checks the settings of a trained adapter, which may exceed limits of new ones, against the shape of one layer.</summary>
    /// <inheritdoc cref="Validate(string, long, long)"/>
    internal virtual void ValidateTrained(string layer, long outFeatures, long inFeatures) => Validate(layer, outFeatures, inFeatures);

    /// <summary>Checks that every setting acts on some of the layers that were found.</summary>
    /// <param name="layers">The adapted layers' full names.</param>
    /// <exception cref="ArgumentException">A setting has no effect.</exception>
    internal virtual void ValidateEffect(IEnumerable<string> layers)
    {
    }

    /// <summary>The element type of the trainable parameters over a base of the given element type.</summary>
    internal ScalarType ParameterTypeOver(Tensor weight) => ParameterType ?? ComputeType.For(weight.dtype);

    private protected void RequireRank(long rank, long least = 1)
    {
        if (rank < least)
        {
            throw new ArgumentException($"{Method}: rank is {rank}; at least {least} is needed.");
        }

        // Sizes are computed from it, and no factor has a longer side.
        if (rank > int.MaxValue)
        {
            throw new ArgumentException($"{Method}: rank is {rank}; at most {int.MaxValue} is possible.");
        }
    }

    private protected void RequireRank(long rank, string layer, long outFeatures, long inFeatures)
    {
        if (rank > Math.Min(outFeatures, inFeatures))
        {
            throw new ArgumentException(
                $"{Method}: rank {rank} is larger than the smaller side of {layer}, whose weight is [{outFeatures}, {inFeatures}].");
        }
    }

    private protected void RequireColumns(ColumnSelection columns, string layer, long outFeatures, long inFeatures)
    {
        try
        {
            columns.Indices(Math.Min(outFeatures, inFeatures));
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException(
                $"{Method}: {layer}, whose weight is [{outFeatures}, {inFeatures}]: {exception.Message}", exception);
        }
    }
}
