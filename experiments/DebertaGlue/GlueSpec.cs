using System.Text.Json.Serialization;
using Experiments.Shared;
using SpectralAdapters;

namespace DebertaGlue;

/// <summary>Everything that decides the outcome of a trial.</summary>
internal sealed record GlueSpec
{
    public required string Task { get; init; }

    public required string Model { get; init; }

    /// <summary>Where the data come from.</summary>
    public required string Data { get; init; }

    public required FineTuningSettings Training { get; init; }

    /// <summary>How the learning rate was chosen; null where it is published or given.</summary>
    public LearningRateChoice? Sweep { get; init; }

    /// <summary>Maximum sequence length; null: nothing is truncated, as in the official script (positions are relative).</summary>
    public int? MaxLength { get; init; }

    /// <summary>Batches of examples of similar length, which need less padding, instead of uniform samples.</summary>
    public required bool GroupByLength { get; init; }

    /// <summary>AdaLoRA's mean rank in the end where it is pruned, as its own paper does; the official script never does.</summary>
    public int? AdaLoraTargetRank { get; init; }

    [JsonConverter(typeof(AdapterConfigConverter))]
    public required AdapterConfig Adapter { get; init; }
}
