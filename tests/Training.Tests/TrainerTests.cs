using System.Diagnostics;
using TorchSharp;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training.Tests;

public sealed class TrainerTests
{
    private static readonly TrainingConfig Config = new() { LearningRate = 0.01, WeightDecay = 0.1, MaxSteps = 20 };

    [Fact]
    public void Training_lowers_the_loss_and_reports_every_step()
    {
        var task = new ToyTask(dropout: 0);
        task.Model.eval();
        var before = task.Evaluate().Loss;
        var reported = new List<TrainingStep>();

        var result = new Trainer(Config with { MaxSteps = null, Epochs = 8 }).Fit(task, progress: new Listener(reported.Add));

        Assert.Equal(8 * 5, result.Steps.Count);
        Assert.Equal(8 * 37, result.Examples);
        Assert.Equal(result.Steps, reported);
        Assert.Equal(Enumerable.Range(1, 40), reported.Select(step => step.Step));
        Assert.Equal(0.01, reported[0].LearningRate);
        Assert.Equal(0.01 / 40, reported[^1].LearningRate, 1e-15);
        Assert.True(result.Last!.Result.Loss < 0.9 * before, $"found {result.Last!.Result.Loss} after and {before} before");
        Assert.Equal(result.Last, result.Kept);
        Assert.Equal(40, result.Last!.Step);
        Assert.True(result.ExamplesPerSecond > 0 && result.PeakMemoryBytes > 1 << 20);
        Assert.False(task.WasTrainingInEvaluation);
        Assert.False(task.Model.training);
    }

    [Fact]
    public void The_parameters_of_the_lowest_evaluation_loss_are_restored()
    {
        var task = new ToyTask();
        foreach (var loss in new[] { 3.0, 1.0, 2.0, 0.1 })
        {
            task.EvaluationLosses.Enqueue(loss);
        }

        var result = new Trainer(Config with { MaxSteps = 17, EvaluationSteps = 5, RestoreBest = true }).Fit(task);

        // The evaluation after the last step, 0.1, is not on the grid and takes no part.
        Assert.Equal([5, 10, 15, 17], result.Evaluations.Select(point => point.Step));
        Assert.Equal((17, 10), (result.Last!.Step, result.Kept!.Step));
        Assert.Equal(result.Evaluations[1].Result.Metrics["mse"], result.Kept!.Result.Metrics["mse"]);
        Assert.Equal(result.Kept!.Result.Metrics["mse"], task.Evaluate().Loss);
    }

    [Fact]
    public void An_evaluation_without_a_number_stops_the_run_with_the_best_parameters()
    {
        var task = new ToyTask();
        foreach (var loss in new[] { 3.0, double.NaN })
        {
            task.EvaluationLosses.Enqueue(loss);
        }

        var diverged = Assert.Throws<TrainingDivergedException>(
            () => new Trainer(Config with { MaxSteps = 17, EvaluationSteps = 5, RestoreBest = true }).Fit(task));

        Assert.Equal((10, 5), (diverged.Step, diverged.LastGoodStep));
        Assert.Contains("the evaluation loss is NaN", diverged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_losses_less_often_changes_no_bit()
    {
        var (every, seldom) = (new ToyTask(), new ToyTask());

        var expected = new Trainer(Config).Fit(every);
        var found = new Trainer(Config with { LoggingSteps = 7 }).Fit(seldom);

        Assert.Equal(expected.Steps, found.Steps);
        Assert.Equal(every.Values(), seldom.Values());
    }

    [Theory]
    [InlineData(1, 12, 12)]
    [InlineData(5, 12, 9)]
    public void A_loss_that_is_not_finite_stops_the_run_with_the_last_good_parameters(int loggingSteps, int badStep, int goodSteps)
    {
        var task = new ToyTask { ChangeLoss = (call, loss) => call == badStep ? loss * double.NaN : loss };
        var reference = new ToyTask();

        var exception = Assert.Throws<TrainingDivergedException>(() => new Trainer(Config with { LoggingSteps = loggingSteps }).Fit(task));
        new Trainer(Config).Fit(reference, cancellation: default, progress: null);

        Assert.Equal((badStep, goodSteps == 12 ? 11 : 9), (exception.Step, exception.LastGoodStep));
        Assert.Contains($"step {badStep}: the loss is NaN", exception.Message);
        Assert.All(task.Values().Values, values => Assert.All(values, value => Assert.True(double.IsFinite(value))));
        Assert.Equal(ValuesAfter(exception.LastGoodStep), task.Values());
    }

    [Fact]
    public void An_infinite_gradient_stops_the_run_before_it_reaches_the_parameters()
    {
        var task = new ToyTask { ChangeLoss = (call, loss) => call == 3 ? (loss - loss.detach()).abs().sqrt() : loss };

        var exception = Assert.Throws<TrainingDivergedException>(() => new Trainer(Config).Fit(task));

        Assert.Equal((3, 2), (exception.Step, exception.LastGoodStep));
        Assert.Equal(ValuesAfter(2), task.Values());
    }

    [Fact]
    public void The_task_is_told_every_step_with_its_clipped_gradients()
    {
        const double Maximum = 1e-3;
        var told = new List<(int Step, double Norm, bool Recording)>();
        var task = new ToyTask
        {
            AfterStep = (task, step) => told.Add((step, GradientNorm(task), task.Model.parameters().First().neg().requires_grad)),
        };

        var result = new Trainer(Config with { MaxGradientNorm = Maximum }).Fit(task);

        Assert.Equal(Enumerable.Range(0, 20).Select(step => (step, false)), told.Select(entry => (entry.Step, entry.Recording)));
        Assert.All(result.Steps, step => Assert.True(step.GradientNorm > 2 * Maximum));
        Assert.All(told, entry => Assert.Equal(Maximum, entry.Norm, 1e-6));
        Assert.All(task.Model.parameters(), parameter => Assert.Null(parameter.grad));

        static double GradientNorm(ToyTask task) =>
            Math.Sqrt(task.Model.parameters().Sum(parameter => parameter.grad!.square().sum().item<float>()));
    }

    [Fact]
    public void A_listener_finds_the_parameters_of_the_step_it_is_told_of()
    {
        var task = new ToyTask();
        var found = new List<Dictionary<string, double[]>>();

        new Trainer(Config).Fit(task, progress: new Listener(_ => found.Add(task.Values())));

        Assert.Equal(20, found.Count);
        Assert.Equal(task.Values(), found[^1]);
        Assert.Equal(ValuesAfter(4), found[3]);
    }

    [Fact]
    public void Time_spent_by_a_listener_is_no_training_time()
    {
        var listening = new Stopwatch();
        var all = Stopwatch.StartNew();

        var result = new Trainer(Config).Fit(new ToyTask(), progress: new Listener(_ => Spend(TimeSpan.FromMilliseconds(20))));

        Assert.True(
            result.TrainingTime + listening.Elapsed <= all.Elapsed,
            $"found {result.TrainingTime} of training and {listening.Elapsed} of listening in {all.Elapsed}");

        void Spend(TimeSpan time)
        {
            listening.Start();
            var start = listening.Elapsed;
            SpinWait.SpinUntil(() => listening.Elapsed - start >= time);
            listening.Stop();
        }
    }

    [Fact]
    public void Native_handles_stay_flat_over_steps()
    {
        // Finalisers would free what earlier tests have left.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var counts = new List<long>();
        var task = new ToyTask { ChangeLoss = (_, loss) => { counts.Add(Tensor.TotalCount); return loss; } };

        new Trainer(Config with { MaxSteps = 60 }).Fit(task);

        Assert.Single(counts.Skip(10).Distinct());
    }

    [Fact]
    public void Pure_bf16_is_trained_in_bf16()
    {
        var task = new ToyTask(dropout: 0, type: ScalarType.BFloat16);

        var before = task.Evaluate().Loss;

        var result = new Trainer(Config with { MaxSteps = 40 }).Fit(task);

        Assert.True(result.Last!.Result.Loss < 0.95 * before, $"found {result.Last!.Result.Loss} after and {before} before");
        Assert.All(task.Model.parameters(), parameter => Assert.Equal(ScalarType.BFloat16, parameter.dtype));
    }

    [Fact]
    public void Settings_out_of_range_or_without_effect_are_refused()
    {
        Refused(Config with { LearningRate = 0 }, "LearningRate: found 0, expected a number above 0");
        Refused(Config with { LearningRate = double.NaN }, "LearningRate: found NaN");
        Refused(Config with { WeightDecay = -1 }, "WeightDecay");
        Refused(Config with { Beta2 = 1 }, "Beta2");
        Refused(Config with { MaxGradientNorm = 0 }, "MaxGradientNorm");
        Refused(
            Config with { WarmupSteps = 3, Schedule = ScheduleType.Constant },
            "WarmupSteps: found 3, expected 0 with the schedule Constant");
        Refused(Config with { Epochs = 2 }, "exactly one of Epochs and MaxSteps");
        Refused(Config with { MaxSteps = null }, "exactly one of Epochs and MaxSteps");
        Refused(Config with { RestoreBest = true }, "RestoreBest: found True, expected false without EvaluationSteps");
        Refused(Config with { LoggingSteps = 0 }, "LoggingSteps");
        Refused(Config with { AccumulationSteps = 0 }, "AccumulationSteps: found 0, expected 1 or more");
        Assert.Contains(
            "expected a path",
            Assert.Throws<ArgumentException>(() => new Trainer(Config with { CheckpointSteps = 5 }).Fit(new ToyTask())).Message);

        static void Refused(TrainingConfig config, string message) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => new Trainer(config)).Message);
    }

    [Fact]
    public void A_frozen_parameter_is_named()
    {
        var task = new ToyTask();
        task.Model.parameters().First().requires_grad = false;

        var exception = Assert.Throws<ArgumentException>(() => new Trainer(Config).Fit(task));

        Assert.Contains("'fc1.weight' is frozen", exception.Message);
    }

    private static Dictionary<string, double[]> ValuesAfter(int steps)
    {
        using var stop = new CancellationTokenSource();
        var task = new ToyTask { ChangeLoss = (call, loss) => { if (call == steps) { stop.Cancel(); } return loss; } };
        Assert.Throws<OperationCanceledException>(() => new Trainer(Config).Fit(task, cancellation: stop.Token));
        return task.Values();
    }

    private sealed class Listener(Action<TrainingStep> report) : IProgress<TrainingStep>
    {
        public void Report(TrainingStep value) => report(value);
    }
}
