using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using SpectralAdapters.Fusion;
using SpectralAdapters.Tests.Golden;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Fusion;

public sealed class InterferenceReportTests
{
    [Fact]
    public void Energies_and_cross_terms_equal_those_of_dense_changes()
    {
        using var scope = NewDisposeScope();
        for (var seed = 0UL; seed < 10; seed++)
        {
            var (weight, adapters) = TrainedConcepts(seed, spread: 0.1);
            var report = InterferenceReport.Of([.. adapters.Select((adapter, i) => ($"c{i}", adapter))]);
            var changes = adapters.Select(adapter => adapter.MergedWeight(weight).sub(weight)).ToList(); // [m, n] each
            foreach (var pair in report.Pairs)
            {
                var (first, second) = (changes[pair.First[1] - '0'], changes[pair.Second[1] - '0']);
                var cross = Sum(first.mul(second));
                Assert.Equal(cross, pair.CrossTerm, 1e-10);
                Assert.Equal(cross / Math.Sqrt(Sum(first.square()) * Sum(second.square())), pair.Cosine, 1e-10);
            }

            Assert.Equal(3, report.Pairs.Count);
            Assert.Equal(Sum(changes[0].add(changes[1]).add(changes[2]).square()), report.SumEnergy, 1e-9);
            Assert.Equal(report.SumEnergy, report.Energies.Values.Sum() + report.CrossEnergy, 1e-12);
        }
    }

    [Fact]
    public void Disjoint_columns_are_at_right_angles_until_training_tilts_them()
    {
        using var scope = NewDisposeScope();
        var (_, fresh) = TrainedConcepts(1, spread: 0);
        var start = InterferenceReport.Of(("a", fresh[0]), ("b", fresh[1])).Pairs.Single();
        Assert.All(start.OutputAngles.Concat(start.InputAngles), angle => Assert.Equal(Math.PI / 2, angle, 1e-12));
        Assert.Equal((0, 0), (start.CrossTerm, start.Cosine));
        var (_, trained) = TrainedConcepts(1, spread: 0.1);
        var end = InterferenceReport.Of(("a", trained[0]), ("b", trained[1])).Pairs.Single();
        Assert.Equal(3, end.OutputAngles.Count);
        Assert.All(end.OutputAngles.Concat(end.InputAngles), angle => Assert.InRange(angle, 0.1, (Math.PI / 2) - 1e-6));
    }

    [Fact]
    public void A_rotation_leaves_the_angles_between_its_columns_as_they_are()
    {
        using var scope = NewDisposeScope();
        var weight = randn(14, 11, dtype: ScalarType.Float64, generator: new Generator(2)); // [m, n]
        var adapters = Enumerable.Range(0, 2).Select(block => Randomised(
            new SpectralRConfig { Columns = ColumnSelection.Block(block, 3) }, weight, 5, spread: 1)).ToList();
        var pair = InterferenceReport.Of(("a", adapters[0]), ("b", adapters[1])).Pairs.Single();
        Assert.All(pair.OutputAngles.Concat(pair.InputAngles), angle => Assert.Equal(Math.PI / 2, angle, 1e-12));
        Assert.Equal(0, pair.CrossTerm, 1e-12);
        Assert.True(InterferenceReport.Of(("a", adapters[0])).SumEnergy > 0);
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(1e-4)]
    [InlineData(0.5)]
    [InlineData(1.57)]
    public void Angles_are_exact_from_tiny_to_right(double angle)
    {
        using var scope = NewDisposeScope();
        // Two lines at the angle, one common direction, and a plane that both leave alone.
        var first = zeros(6, 2, dtype: ScalarType.Float64); // [d, p]
        var second = zeros(6, 2, dtype: ScalarType.Float64); // [d, q]
        first[0, 0] = first[1, 1] = second[1, 1] = tensor(1.0);
        second[0, 0] = tensor(Math.Cos(angle));
        second[2, 0] = tensor(Math.Sin(angle));
        var mixing = randn(2, 2, dtype: ScalarType.Float64, generator: new Generator(3)); // [2, 2]
        var angles = PrincipalAngles.Between(first.mm(mixing), second);
        Assert.Equal(0, angles[0], 1e-14);
        Assert.Equal(angle, angles[1], 1e-13);
    }

    [Fact]
    public void Low_rank_changes_are_compared_by_their_spans_and_a_zero_change_has_none()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(7);
        var (up, down) = (randn(9, 2, generator: generator), randn(2, 8, generator: generator)); // [m, q], [q, n]
        var same = FusionConcept.Of("same", new LoraFactors(up.mul(-2), down));
        var none = FusionConcept.Of("none", new LoraFactors(zeros(9, 2), down));
        var report = InterferenceReport.Of(
            ("one", FusionConcept.Of("one", new LoraFactors(up, down)).Adapter), ("same", same.Adapter), ("none", none.Adapter));
        var pair = report.Pairs.Single(pair => (pair.First, pair.Second) == ("one", "same"));
        Assert.All(pair.OutputAngles.Concat(pair.InputAngles), angle => Assert.Equal(0, angle, 1e-6));
        Assert.Equal(-1, pair.Cosine, 1e-6);
        var empty = report.Pairs.Single(pair => (pair.First, pair.Second) == ("one", "none"));
        Assert.Empty(empty.OutputAngles);
        Assert.Equal(0, empty.Cosine);
    }

    // The official orthogonal adaptation picks the same rows for every concept, so that nothing is orthogonal.
    [Theory]
    [InlineData("orthogonal.48x32", 0.0)]
    [InlineData("orthogonal_disjoint.48x32", Math.PI / 2)]
    public void Orthogonal_adaptation_is_orthogonal_with_disjoint_rows_only(string name, double inputAngle)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Load("fusion", name, ScalarType.Float32);
        var report = InterferenceReport.Of([.. Enumerable.Range(0, 3).Select(i => ($"c{i}", FusionConcept.Of(
            $"c{i}", new LoraFactors(golden.Input($"up{i}"), golden.Input($"down{i}"))).Adapter))]);
        Assert.All(report.Pairs.SelectMany(pair => pair.InputAngles), angle => Assert.Equal(inputAngle, angle, 1e-6));
        var largest = report.Pairs.Max(pair => Math.Abs(pair.Cosine));
        Assert.True(inputAngle == 0 ? largest > 0.01 : largest < 1e-6);
    }

    [Fact]
    public void A_name_given_twice_and_other_shapes_are_refused()
    {
        using var scope = NewDisposeScope();
        var first = FusionConcept.Of("a", new LoraFactors(ones(4, 1), ones(1, 3))).Adapter;
        var other = FusionConcept.Of("b", new LoraFactors(ones(5, 1), ones(1, 3))).Adapter;
        Assert.Contains("'a' is given twice",
            Assert.Throws<ArgumentException>(() => InterferenceReport.Of(("a", first), ("a", first))).Message);
        var error = Assert.Throws<ArgumentException>(() => InterferenceReport.Of(("a", first), ("b", other)));
        Assert.Contains("'a' and 'b' adapt weights of the shapes [4, 3] and [5, 3]", error.Message);
    }

    private static (Tensor Weight, List<Adapter> Adapters) TrainedConcepts(ulong seed, double spread)
    {
        var weight = randn(12, 16, dtype: ScalarType.Float64, generator: new Generator(seed)); // [m, n]
        var adapters = Enumerable.Range(0, 3).Select(block => Randomised(
            new SpectralAConfig { Columns = ColumnSelection.Block(block, 3), TrainSingularValues = block != 1 }, weight, seed + 100,
                spread));
        return (weight, adapters.ToList());
    }

    private static Adapter Randomised(AdapterConfig config, Tensor weight, ulong seed, double spread)
    {
        using var noGrad = no_grad();
        var generator = new Generator(seed);
        var adapter = config.Create(new AdapterSite("layer", weight, generator, new ExactFactorSource()));
        foreach (var parameter in adapter.parameters())
        {
            parameter.copy_(randn(parameter.shape, dtype: parameter.dtype, generator: generator).mul(spread));
        }

        return adapter;
    }

    private static double Sum(Tensor tensor) => tensor.sum().item<double>();
}
