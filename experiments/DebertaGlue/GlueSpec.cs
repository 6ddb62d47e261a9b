using System.Text.Json.Serialization;
using Experiments.Shared;
using SpectralAdapters;

namespace DebertaGlue;

/// <summary>Everything that decides the outcome of a trial.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Data">Where the data come from.</param>
/// <param name="Task">The task.</param>
/// <param name="Training">How the adapter is trained.</param>
/// <param name="Sweep">How the learning rate was chosen; null where it is published or given.</param>
/// <param name="AdaLoraTargetRank">AdaLoRA's mean rank in the end where it is pruned; null for other methods and without pruning.</param>
/// <param name="Adapter">The adapter.</param>
internal sealed record GlueSpec(
    string Model, string Data, string Task, FineTuningSettings Training, LearningRateChoice? Sweep, int? AdaLoraTargetRank,
    [property: JsonConverter(typeof(AdapterConfigConverter))] AdapterConfig Adapter);
