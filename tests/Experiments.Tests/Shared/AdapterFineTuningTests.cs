using Experiments.Shared;
using Reproduction.Published;
using SpectralAdapters;
using TorchSharp;
using TorchSharp.Utils;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

public sealed class AdapterFineTuningTests
{
    [Fact]
    public void A_task_without_held_out_data_trains_and_reports_no_evaluation()
    {
        using var generator = new Generator(0);
        using var model = new ToyModel();
        var adapted = AdaptedModel.Attach(
            model, new LoraConfig { Rank = 1, Alpha = 1, TargetModules = TargetModules.Named("hidden") }, generator);
        var settings = new FineTuningSettings { LearningRate = 0.1, MaxSteps = 4, BatchSize = 2, Accumulation = 2 };
        using var task = new ToyTask(adapted, settings.Sampler([1, 1, 1, 1], seed: 0));

        var result = new Trainer(settings.ToTrainingConfig(seed: 0) with { CheckpointSteps = null }).Fit(task);

        var metrics = TrainingMetrics.Of(task, result, n: null).ToDictionary(row => row.Metric, row => row.Value);
        Assert.Null(result.Kept);
        Assert.DoesNotContain(TrainingMetrics.EvaluationLoss, metrics.Keys);
        Assert.Equal(3 + 2, metrics[PlannedRows.Parameters]);
        Assert.Equal(3 + 2, metrics[PlannedRows.TotalParameters]);
        Assert.Equal(4, TrainingMetrics.LossCurve(result).Count());
        Assert.True(result.Steps[^1].Loss < result.Steps[0].Loss);
    }

    private sealed class ToyTask(AdaptedModel adapted, IBatchSampler sampler) : AdapterFineTuning(adapted, sampler)
    {
        protected override BatchLoss ExampleLoss(int[] examples)
        {
            var output = ((ToyModel)Model).call(ones(examples.Length, 3)); // [B, 2]
            return new BatchLoss((output - 1).square().mean(), examples.Length);
        }
    }

    private sealed class ToyModel : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "hidden")]
        private readonly nn.Module<Tensor, Tensor> _hidden = nn.Linear(3, 2);

        public ToyModel()
            : base(nameof(ToyModel)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _hidden.call(input);
    }
}
