using SpectralExperiments.Tests;
using TorchSharp.Modules;
using Training.Optimization;

namespace Training.Tests;

public sealed class ParameterGroupTests
{
    private static readonly TrainingConfig OneStep = new()
    {
        LearningRate = 0.01, WeightDecay = 0.1, MaxSteps = 1, Schedule = ScheduleType.Constant, MaxGradientNorm = null,
    };

    [Fact]
    public void Groups_without_settings_of_their_own_change_no_bit()
    {
        var config = OneStep with { MaxSteps = 12, Schedule = ScheduleType.Cosine };
        var (whole, grouped) = (new ToyTask(), Grouped(null, null));

        new Trainer(config).Fit(whole);
        new Trainer(config).Fit(grouped);

        Assert.Equal(whole.Values(), grouped.Values());
    }

    [Fact]
    public void Every_group_is_trained_with_its_own_rate()
    {
        var grouped = Grouped(0.2, null);

        var result = new Trainer(OneStep).Fit(grouped);

        var (fast, slow) = (new ToyTask(), new ToyTask());
        new Trainer(OneStep with { LearningRate = 0.2 }).Fit(fast);
        new Trainer(OneStep).Fit(slow);
        Assert.All(grouped.Values(), entry => Assert.Equal((IsHead(entry.Key) ? fast : slow).Values()[entry.Key], entry.Value));
        Assert.Equal(0.01, result.Steps[0].LearningRate);
    }

    [Fact]
    public void A_groups_own_decay_holds_for_biases_too()
    {
        var (start, grouped, plain) = (new ToyTask().Values(), Grouped(null, 0.5), new ToyTask());

        new Trainer(OneStep).Fit(grouped);
        new Trainer(OneStep with { WeightDecay = 0 }).Fit(plain);

        var (found, without) = (grouped.Values(), plain.Values());
        Assert.All(found.Keys, name =>
        {
            var decay = IsHead(name) ? 0.5 : name == "fc1.weight" ? 0.1 : 0;
            Assert.All(found[name].Index(), entry =>
                Assert.Equal(without[name][entry.Index] - (OneStep.LearningRate * decay * start[name][entry.Index]), entry.Item, 1e-7));
        });
    }

    [Theory]
    [InlineData(7)]
    [InlineData(10)]
    public void An_interrupted_run_with_groups_ends_in_the_same_bits(int stopAfter)
    {
        using var folder = new TemporaryFolder();
        var config = OneStep with { MaxSteps = 16, EvaluationSteps = 4, RestoreBest = true, MaxGradientNorm = 1 };
        var (whole, resumed) = (Grouped(0.2, 0.5), Grouped(0.2, 0.5));
        new Trainer(config).Fit(whole);

        var path = folder.File("run.safetensors");
        TaskThatStops.Interrupt(Grouped(0.2, 0.5), config, path, stopAfter);
        new Trainer(config).Fit(resumed, path);

        Assert.Equal(whole.Values(), resumed.Values());
    }

    [Fact]
    public void A_checkpoint_of_other_groups_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        var config = OneStep with { MaxSteps = 16 };
        TaskThatStops.Interrupt(Grouped(0.2, 0.5), config, path, 3);

        foreach (var other in (ToyTask[])[Grouped(0.3, 0.5), Grouped(0.2, 0.25), new ToyTask()])
        {
            var before = other.Values();
            var exception = Assert.Throws<InvalidDataException>(() => new Trainer(config).Fit(other, path));
            Assert.Contains(
                "parameter groups: found body: 4 parameters, learning rate default, weight decay default; "
                + "head: 2 parameters, learning rate 0.2, weight decay 0.5",
                exception.Message);
            Assert.Equal(before, other.Values());
        }
    }

    [Fact]
    public void Groups_that_are_empty_out_of_range_or_overlap_are_refused_by_name()
    {
        Refused(Grouped(0, null), "parameter group 'head': LearningRate: found 0, expected a number above 0");
        Refused(Grouped(null, 1), "parameter group 'head': WeightDecay: found 1, expected a number from 0 to below 1");
        Refused(new ToyTask { Group = _ => [new([], "empty")] }, "parameter group 'empty': found no parameters");
        Refused(
            new ToyTask { Group = model => [new(model.named_parameters()), new(Part(model, IsHead), "head")] },
            "the name 'fc2.weight' is given twice");
        Refused(
            new ToyTask
            {
                Group = model =>
                [
                    new(model.named_parameters()),
                    new(Part(model, IsHead).Select(entry => ($"head.{entry.Name}", entry.Parameter))),
                ],
            },
            "'head.fc2.weight' is the same tensor as 'fc2.weight'");

        static void Refused(ToyTask task, string message) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => new Trainer(OneStep).Fit(task)).Message);
    }

    private static ToyTask Grouped(double? headRate, double? headDecay) => new()
    {
        Group = model =>
        [
            new(Part(model, name => !IsHead(name)), "body"),
            new(Part(model, IsHead), "head") { LearningRate = headRate, WeightDecay = headDecay },
        ],
    };

    private static IEnumerable<(string Name, Parameter Parameter)> Part(Mlp model, Func<string, bool> isPart) =>
        model.named_parameters().Where(entry => isPart(entry.name));

    private static bool IsHead(string name) => name.StartsWith("fc2", StringComparison.Ordinal);
}
