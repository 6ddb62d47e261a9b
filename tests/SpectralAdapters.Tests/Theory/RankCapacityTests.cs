using FsCheck;
using FsCheck.Fluent;
using SpectralAdapters.Tests.Properties;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Theory;

/// <summary>The paper's rank capacity (section 3): an additive spectral adapter of rank r reaches twice as far as LoRA of rank r.</summary>
public sealed class RankCapacityTests
{
    [Theory]
    [InlineData(12, 16, 1)]
    [InlineData(16, 12, 3)]
    [InlineData(20, 20, 5)]
    public void Spectral_A_can_lower_the_rank_of_a_full_rank_weight_by_twice_its_own(long outFeatures, long inFeatures, long rank)
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(outFeatures, inFeatures, new Generator(1));
        var (u, s, vh) = linalg.svd(layer.Weight, fullMatrices: false);
        using var adapter = new SpectralAAdapter(new SpectralAConfig { Columns = ColumnSelection.Top(rank) }, layer.Site);
        var parameters = adapter.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        var buffers = adapter.named_buffers().ToDictionary(pair => pair.name, pair => pair.buffer);
        using (no_grad())
        {
            // (U_J + A) S_J (V_J + B)^T becomes minus the next r triplets: those go too.
            var next = u.narrow(1, rank, rank).mul(s.narrow(0, rank, rank)).neg(); // [m, r]
            parameters["A"].copy_(next.div(buffers["S"]).sub(buffers["U"]));
            parameters["B"].copy_(vh.narrow(0, rank, rank).t().sub(buffers["V"]));
        }

        var full = Math.Min(outFeatures, inFeatures);
        Assert.Equal(full, Rank(layer.Weight));
        Assert.Equal(full - (2 * rank), Rank(adapter.MergedWeight(layer.Weight)));
    }

    [Theory]
    [InlineData(12, 16, 1)]
    [InlineData(16, 12, 3)]
    [InlineData(20, 20, 5)]
    public void Lora_can_lower_it_by_its_own_rank(long outFeatures, long inFeatures, long rank)
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(outFeatures, inFeatures, new Generator(1));
        var (u, s, vh) = linalg.svd(layer.Weight, fullMatrices: false);
        using var adapter = new LoraAdapter(new LoraConfig { Rank = rank, Alpha = rank }, layer.Site);
        var parameters = adapter.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        using (no_grad())
        {
            parameters["lora_B"].copy_(u.narrow(1, 0, rank).mul(s.narrow(0, 0, rank)).neg());
            parameters["lora_A"].copy_(vh.narrow(0, 0, rank));
        }

        Assert.Equal(Math.Min(outFeatures, inFeatures) - rank, Rank(adapter.MergedWeight(layer.Weight)));
    }

    // Weyl: the singular value k - r of W + D is at least the smallest of W when D has rank r, so that no LoRA reaches lower.
    [Fact]
    public void No_lora_lowers_it_further()
    {
        var cases = from rank in Gen.Choose(1, 5)
                    from scale in Gen.Choose(1, 100)
                    from seed in Gen.Choose(0, 1_000_000)
                    select (Rank: (long)rank, Scale: scale / 10.0, Seed: (ulong)seed);
        Prop.ForAll(cases.ToArbitrary(), drawn =>
        {
            using var scope = NewDisposeScope();
            var random = new Generator(drawn.Seed);
            var layer = RandomLayer.Create(12, 16, random);
            using var adapter = new LoraAdapter(new LoraConfig { Rank = drawn.Rank, Alpha = drawn.Scale }, layer.Site);
            MethodCases.Perturb(adapter, random);
            var smallest = linalg.svdvals(layer.Weight)[11].item<double>();
            var last = linalg.svdvals(adapter.MergedWeight(layer.Weight))[12 - drawn.Rank - 1].item<double>();
            Assert.True(last >= smallest - 1e-12, $"{last} < {smallest}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20).WithReplay((ulong)20260102, 11UL));
    }

    private static long Rank(Tensor weight)
    {
        var values = linalg.svdvals(weight);
        return values.gt(values[0].mul(1e-10)).sum().item<long>();
    }
}
