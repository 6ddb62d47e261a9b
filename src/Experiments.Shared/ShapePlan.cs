using ModelZoo.Encoders;
using Reproduction;
using SpectralAdapters;

namespace Experiments.Shared;

/// <summary>Parameters, memory and FLOPs of training a transformer with an adapter, from shapes alone.</summary>
public sealed record ShapePlan
{
    private const string WeightSuffix = ".weight";
    private const int BytesPerNumber = 4;

    // Weights, gradient and AdamW's two moments of a trainable parameter.
    private const int NumbersPerTrained = 4;

    // Hidden states that a layer keeps for its backward pass, in units of [B, T, D]: inputs of the seven linear layers
    // (two of them four times as wide counted once each), norms, GELU and dropout masks; a measured 24 on the CPU.
    private const int StatesPerLayer = 24;

    // Attention keeps scores, probabilities, dropout and the two positional terms, in units of [B, H, T, T].
    private const int ScoresPerLayer = 6;

    /// <summary>The plan of fine-tuning an encoder with a classifier.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="shapes">Name and shape of every parameter.</param>
    /// <param name="training">The settings.</param>
    /// <param name="tokens">T, the tokens of a typical example, where fewer are not the most.</param>
    /// <param name="count">The number of training examples.</param>
    public static ShapePlan Of(
        EncoderConfig config, IReadOnlyDictionary<string, long[]> shapes, FineTuningSettings training, int tokens, Func<int> count) => new()
    {
        Shapes = shapes,
        LayerMark = ".layer.",
        HiddenSize = config.HiddenSize,
        Layers = config.NumHiddenLayers,
        Heads = config.NumAttentionHeads,
        BatchSize = training.BatchSize,
        Tokens = Math.Min(tokens, training.MaxLength ?? tokens),
        Examples = training.Examples(count),
    };

    /// <summary>Name and shape of every parameter of the model; a linear layer's weight is [out, in].</summary>
    public required IReadOnlyDictionary<string, long[]> Shapes { get; init; }

    /// <summary>
    /// The name of a layer's module with its number left out, such as <c>.layer.</c>: its weights do the work of a token.
    /// </summary>
    public required string LayerMark { get; init; }

    /// <summary>D, the hidden size.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>H, the number of attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>B, the examples of a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>T, the tokens of an example.</summary>
    public required int Tokens { get; init; }

    /// <summary>The examples that training visits, each as often as it does.</summary>
    public required double Examples { get; init; }

    /// <summary>The plan for an adapter.</summary>
    public TrialPlan Of(AdapterConfig adapter)
    {
        var model = Shapes.Values.Sum(Count);
        var head = Shapes
            .Where(pair => adapter.ModulesToSave.Any(name => pair.Key.StartsWith(name + ".", StringComparison.Ordinal)))
            .Sum(pair => Count(pair.Value));
        var isFull = adapter.TrainsBase && adapter.ModulesToSave.Count == 0;
        var trained = isFull ? model
            : adapter.TrainsBase ? 0
            : Shapes.Where(pair => IsTarget(pair.Key, adapter)).Sum(pair => adapter.ParameterCount(pair.Value[0], pair.Value[1]));
        var total = isFull ? model : model + trained;
        var states = (long)BatchSize * Tokens * HiddenSize * StatesPerLayer * Layers;
        var scores = (long)BatchSize * Heads * Tokens * Tokens * ScoresPerLayer * Layers;
        var memory = BytesPerNumber * (total + ((NumbersPerTrained - 1) * (trained + head)) + states + scores);

        // Two operations for each weight and token forward, as many backward for the input, and again for a trained weight.
        var linear = Shapes
            .Where(pair => pair.Key.Contains(LayerMark, StringComparison.Ordinal) && pair.Value.Length == 2)
            .Sum(pair => Count(pair.Value));
        // With a head alone, nothing goes backward through the layers.
        var flops = (isFull ? 6.0 : adapter.TrainsBase ? 2.0 : 4.0) * linear * Tokens * Examples;
        return new TrialPlan(trained, head, total, memory, flops);
    }

    private static bool IsTarget(string key, AdapterConfig adapter) =>
        key.EndsWith(WeightSuffix, StringComparison.Ordinal) && adapter.Adapts(key[..^WeightSuffix.Length]);

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
