using FsCheck;
using FsCheck.Fluent;
using Tasks.Metrics;

namespace Tasks.Tests.Metrics;

/// <summary>Laws that hold for every input, tried on seeded random ones.</summary>
public sealed class MetricPropertyTests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithReplay(5, 7);

    private static readonly Arbitrary<(int[] Predictions, int[] Labels)> Classifications = Gen.Choose(1, 40)
        .SelectMany(n => Gen.Zip(Gen.ArrayOf(Gen.Choose(0, 3), n), Gen.ArrayOf(Gen.Choose(0, 3), n)))
        .Select(pair => (pair.Item1, pair.Item2))
        .ToArbitrary();

    [Fact]
    public void Matthews_is_symmetric_bounded_and_one_for_perfect_predictions() =>
        Prop.ForAll(Classifications, pair =>
        {
            var correlation = ClassificationMetrics.Matthews(pair.Predictions, pair.Labels);
            var perfect = ClassificationMetrics.Matthews(pair.Labels, pair.Labels);
            return Math.Abs(correlation - ClassificationMetrics.Matthews(pair.Labels, pair.Predictions)) < 1e-12
                && correlation is >= -1 - 1e-12 and <= 1 + 1e-12
                && Math.Abs(perfect - (pair.Labels.Distinct().Count() > 1 ? 1 : 0)) < 1e-12;
        }).Check(Seeded);

    [Fact]
    public void Spearman_depends_on_the_order_only() =>
        Prop.ForAll(Classifications, pair =>
        {
            var (x, y) = (Array.ConvertAll(pair.Predictions, value => (float)value), Array.ConvertAll(pair.Labels, value => (float)value));
            var stretched = Array.ConvertAll(x, value => MathF.Exp(value) - 7);
            var (found, expected) = (CorrelationMetrics.Spearman(stretched, y), CorrelationMetrics.Spearman(x, y));
            return found.Equals(expected) || Math.Abs(found - expected) < 1e-12;
        }).Check(Seeded);
}
