using SpectralAdapters.Fusion;
using SpectralAdapters.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Fusion;

/// <summary>Changes whose squares leave the range of numbers, and numbers that are none.</summary>
public sealed class ScaleTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1e-100, 1)]
    [InlineData(1e-170, 1e-120)]
    [InlineData(1e120, 1e100)]
    public void A_cosine_does_not_depend_on_the_size_of_the_changes(double first, double second)
    {
        var reference = Cosine(1, 1);
        Assert.InRange(Math.Abs(reference), 0.01, 1);
        Assert.Equal(reference, Cosine(first, second), 1e-12);
    }

    [Fact]
    public void The_cosine_of_a_change_with_itself_is_one_and_no_more()
    {
        for (var seed = 0UL; seed < 20; seed++)
        {
            var change = Change(seed, 1);
            var report = InterferenceReport.Of(("a", Adapter("a", change)), ("b", Adapter("b", change)));
            Assert.InRange(report.Pairs[0].Cosine, 1 - 1e-12, 1);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_change_that_is_no_number_is_refused(double value)
    {
        var change = Change(1, 1);
        change.Up[0, 0] = value;
        var error = Assert.Throws<ArgumentException>(() =>
            InterferenceReport.Of(("fine", Adapter("fine", Change(2, 1))), ("broken", Adapter("broken", change))));
        Assert.Contains("'broken'", error.Message);
    }

    [Fact]
    public void A_small_column_spans_as_much_as_a_large_one()
    {
        var up = eye(6, 2); // [m, q], float32
        up[1, 1] = 1e-9f;
        var change = new LoraFactors(up, randn(2, 5, generator: new Generator(1)));
        var other = new LoraFactors(eye(6, 2), change.Down);
        var angles = InterferenceReport.Of(("a", Adapter("a", change)), ("b", Adapter("b", other))).Pairs[0].OutputAngles;
        Assert.Equal(2, angles.Count);
        Assert.All(angles, angle => Assert.Equal(0, angle, 1e-6));
    }

    [Theory]
    [InlineData(1e-25)]
    [InlineData(1e25)]
    public void The_memory_of_lbfgs_holds_where_squares_leave_the_range(double scale)
    {
        // The loss is of ordinary size, while the squares of its gradients are not numbers of float32.
        var expected = Direction(1);
        GoldenCheck.Close(expected, Direction(scale).mul(scale), (1e-5, 1e-5), "direction");

        static Tensor Direction(double scale)
        {
            using var memory = new LbfgsMemory(5);
            var random = new Generator(3);
            for (var pair = 0; pair < 3; pair++)
            {
                var step = randn(20, generator: random); // [P]
                memory.Remember(step.mul(arange(1, 21)).mul(scale), step.div(scale));
            }

            return memory.Direction(randn(20, generator: random).mul(scale)); // [P]
        }
    }

    [Fact]
    public void A_line_search_never_accepts_a_loss_that_is_no_number()
    {
        var result = Lbfgs.Minimize(full(3, 0.5), point =>
        {
            // log: not a number beyond 1
            var loss = point.neg().add(1).log().neg().sub(point.mul(4)).sum(); // minimum at 0.75
            var gradient = point.neg().add(1).reciprocal().sub(4); // [P]
            return (loss.item<float>(), gradient);
        }, new LbfgsSettings { LearningRate = 50, MaxIterations = 40 });
        Assert.True(double.IsFinite(result.Loss));
        GoldenCheck.Close(full(3, 0.75), result.Point, (1e-3, 0), "minimum");
    }

    [Fact]
    public void A_gradient_that_is_no_number_at_the_start_is_refused() =>
        Assert.Contains("gradient", Assert.Throws<ArgumentException>(() => Lbfgs.Minimize(
            zeros(2), point => (0, point.add(double.NaN)), new LbfgsSettings())).Message);

    private static double Cosine(double first, double second) => InterferenceReport
        .Of(("a", Adapter("a", Change(1, first))), ("b", Adapter("b", Change(2, second)))).Pairs[0].Cosine;

    private static LoraFactors Change(ulong seed, double scale)
    {
        var random = new Generator(seed);
        return new LoraFactors(
            randn(6, 2, dtype: ScalarType.Float64, generator: random).mul(scale), randn(2, 5, dtype: ScalarType.Float64, generator: random));
    }

    private static Adapter Adapter(string name, LoraFactors change) => FusionConcept.Of(name, change).Adapter;
}
