using System.Globalization;
using ModelZoo.Deberta;
using Reproduction;
using Tasks.Glue;

namespace DebertaGlue;

/// <summary>What a trial costs, from shapes alone.</summary>
internal static class GluePlan
{
    // A typical batch of the GLUE runs, for memory and work: rows of the official script, tokens of a long pair.
    private const int BatchSize = 32;
    private const int Tokens = 128;
    private const int BytesPerNumber = 4;

    // Weights, gradient and AdamW's two moments of a trained number.
    private const int NumbersPerTrained = 4;

    // Hidden states that a layer keeps for its backward pass, in units of [B, T, D]: inputs of the seven linear layers
    // (two of them four times as wide counted once each), norms, GELU and dropout masks; a measured 24 on the CPU.
    private const int StatesPerLayer = 24;

    // Attention keeps scores, probabilities, dropout and the two positional terms, in units of [B, H, T, T].
    private const int ScoresPerLayer = 6;

    public static TrialPlan Of(Trial trial, Profile profile)
    {
        var task = GlueTask.Parse(trial.Task);
        var config = GlueMaterials.Config(profile, task);
        var shapes = DebertaShapes.Of(config);
        var baseCount = DebertaShapes.ParameterCount(config);
        var adapter = GlueMethod.Of(trial.Method).Create(trial.Rank ?? 0, task, new GlueQuirks(profile.IsPaperScale, AdaLoraAllocation: false));
        var classifier = shapes.Where(pair => adapter.ModulesToSave.Any(name => pair.Key.StartsWith(name + ".", StringComparison.Ordinal))).Sum(pair => Count(pair.Value));
        var adapterCount = adapter.TrainsBase
            ? baseCount
            : shapes.Where(pair => IsTarget(pair.Key, adapter)).Sum(pair => adapter.ParameterCount(pair.Value[0], pair.Value[1]));
        var total = adapter.TrainsBase ? baseCount : baseCount + adapterCount;

        var tokens = trial.Config.TryGetValue(DebertaGlueExperiment.MaxLength, out var most) ? Math.Min(Tokens, int.Parse(most, CultureInfo.InvariantCulture)) : Tokens;
        var states = (long)BatchSize * tokens * config.HiddenSize * StatesPerLayer * config.NumHiddenLayers;
        var scores = (long)BatchSize * config.NumAttentionHeads * tokens * tokens * ScoresPerLayer * config.NumHiddenLayers;
        var memory = BytesPerNumber * (total + ((NumbersPerTrained - 1) * (adapterCount + classifier)) + states + scores);

        var rows = trial.Config.TryGetValue(DebertaGlueExperiment.Epochs, out var epochs)
            ? double.Parse(epochs, CultureInfo.InvariantCulture) * GlueMaterials.TrainRows(profile, task)
            : double.Parse(trial.Config[DebertaGlueExperiment.MaxSteps], CultureInfo.InvariantCulture) * BatchSize;
        var linear = shapes.Where(pair => pair.Key.Contains(".layer.", StringComparison.Ordinal) && pair.Value.Length == 2).Sum(pair => Count(pair.Value));
        // Two operations a weight and token forward, as many backward for the input, and again for a trained weight.
        var perToken = (adapter.TrainsBase ? 6.0 : 4.0) * linear;
        var flops = perToken * tokens * rows;
        return new TrialPlan(adapterCount, classifier, total, memory, flops);
    }

    private static bool IsTarget(string key, SpectralAdapters.AdapterConfig adapter) =>
        key.EndsWith(".weight", StringComparison.Ordinal) && adapter.TargetModules!.Match(key[..^".weight".Length]);

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
