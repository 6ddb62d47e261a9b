using System.Text.Json;
using System.Text.Json.Serialization;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Training;

/// <summary>
/// Saves and restores a run as one safetensors file: parameters, moments, the task's own state, the best of both so far and the
/// history as tensors, everything else as JSON in the header, with a checksum over both. One file, so that the rename that publishes it
/// is atomic; the one before it is kept, for the case that this one is damaged.
/// </summary>
internal static class TrainingCheckpoint
{
    private const string StateKey = "training_state";
    private const string ChecksumKey = "checksum";
    private const string NextExtension = ".next";
    private const string PreviousExtension = ".previous";
    private const string DamagedExtension = ".damaged";
    private const string ParameterPrefix = "parameter.";
    private const string BestPrefix = "best.";
    private const string TaskPrefix = "task.";
    private const string BestTaskPrefix = "best_task.";
    private const string HistoryName = "history";
    private const int HistoryColumns = 3;

    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Writes the run's state; the checkpoint that was there becomes the previous one when the new one is complete.</summary>
    public static void Save(string path, TrainingConfig config, TrainingRun run)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tensors = Tensors(run, withBest: run.Best is not null);
        tensors.Add(HistoryName, History(run.Steps));
        var state = JsonSerializer.Serialize(
            new State(
                config, run.GroupSettings, run.BatchesPerEpoch, run.Fingerprint(run.Step), run.TotalSteps, run.Step, run.Examples,
                run.TrainingTime, run.Evaluations, run.Best?.Step, run.BestLoss),
            Json);
        var checksum = CheckpointChecksum.Of(state, tensors.Keys, name => tensors[name]);
        var next = path + NextExtension;
        SafetensorsWriter.Write(next, tensors, new Dictionary<string, string> { [StateKey] = state, [ChecksumKey] = checksum });
        if (File.Exists(path))
        {
            File.Replace(next, path, path + PreviousExtension);
        }
        else
        {
            File.Move(next, path);
        }
    }

    /// <summary>
    /// Resumes from a file that <see cref="Save"/> wrote for the same settings, batches and parameters. A damaged file is set aside, and
    /// the one before it takes its place; without one the run starts from the beginning.
    /// </summary>
    /// <param name="path">The file; nothing happens where it does not exist.</param>
    /// <param name="config">The run's settings.</param>
    /// <param name="run">The run, at its start.</param>
    /// <param name="log">Is told of damaged files.</param>
    /// <exception cref="InvalidDataException">The file was written by another run.</exception>
    public static void Resume(string path, TrainingConfig config, TrainingRun run, Action<string> log)
    {
        while (File.Exists(path))
        {
            try
            {
                Load(path, config, run);
                return;
            }
            catch (DamagedCheckpointException exception)
            {
                var (aside, previous) = (path + DamagedExtension, path + PreviousExtension);
                File.Move(path, aside, overwrite: true);
                var hasPrevious = File.Exists(previous);
                log($"{exception.Message}; the file is now {aside}, and the run "
                    + (hasPrevious ? "resumes from the checkpoint before it" : "starts over"));
                if (hasPrevious)
                {
                    File.Move(previous, path);
                }
            }
        }
    }

    private static void Load(string path, TrainingConfig config, TrainingRun run)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var file = Open(path);
        var state = ReadState(path, file);
        Require(path, "settings", state.Config, config);
        Require(path, "parameter groups", state.GroupSettings, run.GroupSettings);
        Require(path, "batches per epoch", state.BatchesPerEpoch, run.BatchesPerEpoch);
        Require(path, "total steps", state.TotalSteps, run.TotalSteps);
        RequireFingerprint(path, state.Fingerprint, run.Fingerprint(state.Step));
        if (state.BestStep is { } bestStep)
        {
            run.Best = run.Snapshot(bestStep);
        }

        var targets = Tensors(run, withBest: state.BestStep is not null);
        Require(path, "number of tensors", file.Names.Count, targets.Count + 1);
        foreach (var (name, target) in targets)
        {
            Require(path, $"shape of '{name}'", Describe(file, name), $"{target.dtype} [{string.Join(", ", target.shape)}]");
        }

        Require(path, $"shape of '{HistoryName}'", Describe(file, HistoryName), $"{ScalarType.Float64} [{state.Step}, {HistoryColumns}]");
        foreach (var (name, target) in targets)
        {
            target.copy_(file.Read(name));
        }

        run.Optimizer.ResumeFrom(state.Step);
        run.ResumedFromStep = state.Step;
        run.Steps.AddRange(Steps(file.Read(HistoryName), run.TotalSteps));
        // The last evaluation is repeated: its predictions are not in the file, and a completed run has to return them.
        run.Evaluations.AddRange(state.Evaluations.Where(point => point.Step < run.TotalSteps));
        (run.Examples, run.TrainingTime, run.BestLoss) = (state.Examples, state.TrainingTime, state.BestLoss);
    }

    private static Dictionary<string, Tensor> Tensors(TrainingRun run, bool withBest)
    {
        var tensors = run.Optimizer.State();
        foreach (var (name, view) in run.Groups.SelectMany(group => group.Parameters.Views(group.Parameters.Values)))
        {
            tensors.Add(ParameterPrefix + name, view);
        }

        foreach (var (name, tensor) in run.TaskState)
        {
            tensors.Add(TaskPrefix + name, tensor);
        }

        if (withBest)
        {
            foreach (var (name, view) in run.Best!.Parameters())
            {
                tensors.Add(BestPrefix + name, view);
            }

            foreach (var (name, copy) in run.Best.TaskState())
            {
                tensors.Add(BestTaskPrefix + name, copy);
            }
        }

        return tensors;
    }

    private static Tensor History(List<TrainingStep> steps) => tensor(
        steps.SelectMany(
            step => new[] { step.Loss, step.GradientNorm, step.LearningRate }).ToArray(), [steps.Count, HistoryColumns]); // [n, 3]

    // A run that was stopped before its first step has none; TorchSharp cannot read an empty tensor.
    private static IEnumerable<TrainingStep> Steps(Tensor history, int totalSteps) =>
        (history.numel() == 0 ? [] : history.data<double>().ToArray())
        .Chunk(HistoryColumns)
        .Select((values, i) => new TrainingStep(i + 1, totalSteps, values[0], values[1], values[2]));

    private static SafetensorsFile Open(string path)
    {
        try
        {
            return SafetensorsFile.Open(path);
        }
        catch (InvalidDataException exception)
        {
            throw new DamagedCheckpointException(exception.Message, exception);
        }
    }

    private static State ReadState(string path, SafetensorsFile file)
    {
        var (hasState, hasChecksum) = (
            file.Metadata.TryGetValue(StateKey, out var json), file.Metadata.TryGetValue(ChecksumKey, out var expected));
        if (!hasState && !hasChecksum)
        {
            // Another kind of file, given by mistake: it stays where it is.
            throw new InvalidDataException($"{path}: found no '{StateKey}' in the header, expected a training checkpoint");
        }

        if (!hasState || !hasChecksum)
        {
            throw new DamagedCheckpointException($"{path}: found no '{(hasState ? ChecksumKey : StateKey)}' in the header, expected one");
        }

        var found = Checksum(json!, file);
        if (found != expected)
        {
            throw new DamagedCheckpointException($"{path}: found content with the checksum {found}, expected {expected}");
        }

        try
        {
            return JsonSerializer.Deserialize<State>(json!, Json)
                ?? throw new DamagedCheckpointException($"{path}: found null as '{StateKey}', expected an object");
        }
        catch (JsonException exception)
        {
            throw new DamagedCheckpointException($"{path}: '{StateKey}' cannot be read: {exception.Message}", exception);
        }
    }

    private static string Checksum(string state, SafetensorsFile file)
    {
        try
        {
            return CheckpointChecksum.Of(state, file.Names, name => file.Read(name));
        }
        catch (InvalidDataException exception)
        {
            // An element type that no checkpoint has.
            throw new DamagedCheckpointException(exception.Message, exception);
        }
    }

    private static void RequireFingerprint(
        string path, IReadOnlyDictionary<string, string> found, IReadOnlyDictionary<string, string> expected)
    {
        foreach (var name in expected.Keys.Union(found.Keys))
        {
            Require(path, name, found.GetValueOrDefault(name, "none"), expected.GetValueOrDefault(name, "none"));
        }
    }

    private static string Describe(SafetensorsFile file, string name) => file.Contains(name)
        ? $"{file.Dtype(name)} [{string.Join(", ", file.Shape(name))}]"
        : "no such tensor";

    private static void Require<T>(string path, string what, T found, T expected)
    {
        if (!Equals(found, expected))
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"{path}: {what}: found {found}, expected {expected}; delete the file to start over"));
        }
    }

    private sealed record State(
        TrainingConfig Config,
        string GroupSettings,
        int BatchesPerEpoch,
        IReadOnlyDictionary<string, string> Fingerprint,
        int TotalSteps,
        int Step,
        long Examples,
        TimeSpan TrainingTime,
        IReadOnlyList<EvaluationPoint> Evaluations,
        int? BestStep,
        double BestLoss);
}
