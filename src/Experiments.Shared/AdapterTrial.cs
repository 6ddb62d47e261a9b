using System.Globalization;
using Reproduction;
using SpectralAdapters;
using SpectralAdapters.Factors;
using TorchSharp;
using Training;
using static TorchSharp.torch;

namespace Experiments.Shared;

/// <summary>The steps that every trial of an adapter takes: attach, train, keep, report.</summary>
public static class AdapterTrial
{
    private const string CheckpointFile = "training.safetensors";

    /// <summary>Refuses a device that does not exist.</summary>
    /// <exception cref="UserErrorException">It is none, or this machine has not got it; the message names the option.</exception>
    public static void RequireDevice(RunOptions options)
    {
        var (name, index) = options.Device.Split(':') switch
        {
            [var only] => (only, 0),
            [var type, var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) =>
                (type, parsed),
            _ => ("", 0),
        };
        if (name is not ("cpu" or "cuda" or "mps") || (name == "cpu" && index > 0))
        {
            throw new UserErrorException($"--device {options.Device}: expected cpu, mps, cuda or a GPU's number, such as cuda:0.");
        }

        try
        {
            using var onDevice = zeros(1, device: new Device(options.Device));
        }
        catch (Exception exception) when (exception is not UserErrorException)
        {
            // What follows is a trace of the libraries that were looked for.
            var why = exception.Message.Split('\n')[0].Split(" Trace from ")[0].TrimEnd('.');
            throw new UserErrorException(
                $"--device {options.Device}: this machine has no such device ({why}); cpu is always there, and cuda needs a build with "
                + "-p:TorchRuntime=cuda.",
                exception);
        }
    }

    /// <summary>Attaches a fresh adapter, whose singular factors are cached, and moves the model to the run's device.</summary>
    /// <param name="model">The model, its weights loaded.</param>
    /// <param name="config">The adapter.</param>
    /// <param name="generator">Source of the adapter's initial random values.</param>
    /// <param name="context">The trial; trials of the same weights share their factors.</param>
    public static AdaptedModel Attach(nn.Module model, AdapterConfig config, Generator generator, TrialContext context)
    {
        var factors = new CachedFactorSource(Path.Combine(context.CacheFolder, "factors"), new RandomisedFactorSource(), context.Log);
        var adapted = AdaptedModel.Attach(model, config, generator, factors);
        model.to(new Device(context.Options.Device));
        return adapted;
    }

    /// <summary>Trains to the end, from the trial's checkpoint if there is one, keeps the adapter, and reports.</summary>
    /// <param name="task">The task.</param>
    /// <param name="settings">The trial's settings.</param>
    /// <param name="context">The trial.</param>
    /// <param name="score">The metric of the task that a sweep decides by among equal losses.</param>
    /// <param name="keep">Keeps what was trained; returns <see cref="TrialResult.Outputs"/>.</param>
    /// <param name="report">The scores and what else the experiment reports; losses, counts, speed and memory are added.</param>
    /// <param name="cancellation">Stops after the present step, with a checkpoint.</param>
    public static TrialResult Run(
        AdapterFineTuning task, FineTuningSettings settings, TrialContext context, string score,
        Func<IReadOnlyList<string>> keep, Func<TrainingResult, TrialResult> report, CancellationToken cancellation)
    {
        var config = settings.ToTrainingConfig(context.Trial.Seed);
        try
        {
            var result = new Trainer(config).Fit(
                task, Path.Combine(context.CheckpointFolder, CheckpointFile), new StepProgress(context.Progress), cancellation,
                context.Log);
            var reported = report(result);
            return reported with
            {
                // A sweep compares ends only; its curves would be most of its results.
                Metrics =
                [
                    .. reported.Metrics,
                    .. TrainingMetrics.Of(task, result, reported.Predictions is [var first, ..] ? first.Predicted.Count : null),
                    .. context.Options.Profile.IsSweep ? [] : TrainingMetrics.LossCurve(result),
                ],
                Outputs = keep(),
                Facts = new Dictionary<string, string>(reported.Facts) { ["libtorch"] = __version__ },
            };
        }
        catch (TrainingDivergedException exception) when (context.Options.Profile.IsSweep)
        {
            // A rate of the grid that is too high has been tried all the same.
            context.Log(exception.Message);
            return TrainingMetrics.Diverged(score, config.TotalSteps(task.Sampler.BatchesPerEpoch));
        }
    }
}
