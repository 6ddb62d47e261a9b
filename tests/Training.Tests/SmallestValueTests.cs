using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>Settings at and beyond the ends of their ranges.</summary>
public sealed class SmallestValueTests
{
    private static readonly TrainingConfig Config = new() { LearningRate = 0.01, MaxSteps = 3 };

    [Fact]
    public void More_steps_than_can_be_counted_are_refused()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => new Trainer(Config with { MaxSteps = null, Epochs = 2_000_000_000 }).Fit(new ToyTask()));

        Assert.Equal("Epochs: found 2000000000, expected at most 429496729: an epoch has 5 steps", exception.Message);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(int.MaxValue)]
    public void More_accumulated_batches_than_an_epoch_has_are_refused(int batches)
    {
        var exception = Assert.Throws<ArgumentException>(() => new Trainer(Config with { AccumulationSteps = batches }).Fit(new ToyTask()));

        Assert.Equal($"AccumulationSteps: found {batches}, expected at most the 5 batches of an epoch", exception.Message);
        Assert.Single(new Trainer(Config with { MaxSteps = 1, AccumulationSteps = 5 }).Fit(new ToyTask()).Steps);
    }

    [Fact]
    public void A_warm_up_that_leaves_no_step_is_refused()
    {
        var message = Assert.Throws<ArgumentException>(() => new Trainer(Config with { WarmupSteps = 3 }).Fit(new ToyTask())).Message;

        Assert.Equal("WarmupSteps: found 3, expected fewer than the 3 steps of the run", message);
        var epochs = Config with { MaxSteps = null, Epochs = 1, WarmupSteps = 5, Schedule = ScheduleType.ConstantWithWarmup };
        Assert.Throws<ArgumentException>(() => new Trainer(epochs).Fit(new ToyTask()));
        var steps = new Trainer(Config with { WarmupSteps = 2 }).Fit(new ToyTask()).Steps;
        Assert.Equal([0, 0.005, 0.01], steps.Select(step => step.LearningRate));
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    [InlineData(0)]
    public void An_epsilon_that_is_no_positive_number_is_refused(double epsilon) =>
        Assert.Contains("Epsilon: found", Assert.Throws<ArgumentException>(() => new Trainer(Config with { Epsilon = epsilon })).Message);

    // An epsilon that rounds to 0 makes 0 / 0 of every parameter without a gradient.
    [Theory]
    [InlineData(1e-46, ScalarType.Float32)]
    [InlineData(1e-46, ScalarType.BFloat16)]
    [InlineData(1e-8, ScalarType.Float16)]
    public void An_epsilon_that_is_zero_in_the_type_of_the_parameters_is_refused(double epsilon, ScalarType type)
    {
        using var parameters = new FlatParameters([("w", new Parameter(zeros(3, type)))]);

        var message = Assert.Throws<ArgumentException>(() => new FlatAdamW([new(parameters, 0.1, 0)], epsilon: epsilon)).Message;

        Assert.StartsWith(FormattableString.Invariant($"epsilon: found {epsilon}, expected a number that is not 0 in {type}"), message);
    }

    [Theory]
    [InlineData(1e-45, ScalarType.Float32)]
    [InlineData(1e-6, ScalarType.Float16)]
    public void The_smallest_epsilon_leaves_parameters_without_a_gradient_as_they_are(double epsilon, ScalarType type)
    {
        using var parameters = new FlatParameters([("w", new Parameter(ones(3, type)))]);
        using var optimizer = new FlatAdamW([new(parameters, 0.1, 0)], epsilon: epsilon);

        optimizer.Step(1);

        Assert.Equal([1, 1, 1], parameters.Values.to_type(ScalarType.Float32).data<float>().Take(3));
    }

    [Theory]
    [InlineData(1, 0.999)]
    [InlineData(0.9, 1)]
    [InlineData(-0.1, 0.999)]
    [InlineData(0.9, double.NaN)]
    public void The_optimiser_refuses_decays_that_divide_by_zero(double beta1, double beta2)
    {
        using var parameters = new FlatParameters([("w", new Parameter(zeros(3)))]);

        Assert.Throws<ArgumentException>(() => new FlatAdamW([new(parameters, 0.1, 0)], beta1, beta2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Clipping_to_no_positive_norm_is_refused(double maximum)
    {
        using var parameters = new FlatParameters([("w", new Parameter(zeros(3)))]);

        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.Clip([new(parameters, 0.1, 0)], tensor(1f), maximum));
    }

    [Theory]
    [InlineData(-1, 10)]
    [InlineData(0, 0)]
    public void A_schedule_of_a_negative_warm_up_or_without_steps_is_refused(int warmup, int total) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearningRateSchedule(ScheduleType.Linear, warmup, total));

    [Fact]
    public void A_norm_decides_about_its_own_parameters_and_not_about_those_of_the_layers_inside()
    {
        using var model = new PreNorm();
        var rule = new WeightDecayRule(model);

        Assert.Equal(
            [("gain", false), ("inner.bias", false), ("inner.weight", true), ("norm.bias", false), ("norm.weight", false)],
            model.named_parameters().Select(entry => (entry.name, rule.AppliesTo(entry.name, entry.parameter)))
                .OrderBy(entry => entry.name, StringComparer.Ordinal));
    }

    private sealed class PreNorm : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "norm")]
        private readonly LayerNorm _norm = nn.LayerNorm(4);

        [ComponentName(Name = "inner")]
        private readonly Linear _inner = nn.Linear(4, 4);

        [ComponentName(Name = "gain")]
        private readonly Parameter _gain = new(ones(4));

        public PreNorm()
            : base(nameof(PreNorm)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _inner.forward(_norm.forward(input)) * _gain;
    }
}
