using FsCheck;
using FsCheck.Fluent;
using SpectralAdapters.Functions;
using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Properties;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Theory;

public sealed class RotationTests
{
    [Fact]
    public void Cayley_factors_are_orthogonal_and_the_identity_at_zero()
    {
        using var zero = Cayley.Rotation(zeros([3, 5, 5], dtype: ScalarType.Float64));
        GoldenCheck.Same(eye(5, dtype: ScalarType.Float64).expand(3, 5, 5), zero, "rotation of zero");
        var cases = from size in Gen.Choose(1, 40)
                    from scale in Gen.Choose(1, 50)
                    from seed in Gen.Choose(0, 1_000_000)
                    select (Size: (long)size, Scale: scale / 10.0, Seed: (ulong)seed);
        Prop.ForAll(cases.ToArbitrary(), drawn =>
        {
            using var scope = NewDisposeScope();
            var parameters = randn([2, drawn.Size, drawn.Size], dtype: ScalarType.Float64, generator: new Generator(drawn.Seed))
                .mul(drawn.Scale);
            var rotation = Cayley.Rotation(parameters); // [2, s, s]
            var identity = eye(drawn.Size, dtype: ScalarType.Float64).expand(2, drawn.Size, drawn.Size);
            GoldenCheck.Close(identity, rotation.matmul(rotation.transpose(1, 2)), (1e-12, 0), "Q Q^T");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30).WithReplay((ulong)20260103, 11UL));
    }

    [Theory]
    [InlineData("top:4")]
    [InlineData("bottom:3")]
    [InlineData("list:0,5,9")]
    public void Spectral_R_with_fixed_scale_keeps_every_singular_value(string columns)
    {
        using var scope = NewDisposeScope();
        var random = new Generator(3);
        var layer = RandomLayer.Create(16, 20, random);
        var config = new SpectralRConfig { Columns = ColumnSelection.Parse(columns), Scale = SingularScale.Fixed };
        using var adapter = new SpectralRAdapter(config, layer.Site);
        MethodCases.Perturb(adapter, random);
        var merged = adapter.MergedWeight(layer.Weight); // [m, n]
        Assert.True(merged.sub(layer.Weight).abs().max().item<double>() > 1e-2);
        GoldenCheck.Close(linalg.svdvals(layer.Weight), linalg.svdvals(merged), (1e-10, 0), "singular values");
    }

    [Fact]
    public void Spectral_R_scales_its_own_singular_values_by_one_plus_c()
    {
        using var scope = NewDisposeScope();
        var layer = RandomLayer.Create(16, 20, new Generator(3));
        using var adapter = new SpectralRAdapter(new SpectralRConfig { Columns = ColumnSelection.Top(2) }, layer.Site);
        using (no_grad())
        {
            adapter.named_parameters().Single(pair => pair.name == "C").parameter.fill_(0.5);
        }

        var before = linalg.svdvals(layer.Weight); // [k]
        var after = linalg.svdvals(adapter.MergedWeight(layer.Weight)); // [k]
        GoldenCheck.Close(before.narrow(0, 0, 2).mul(1.5), after.narrow(0, 0, 2), (1e-10, 0), "tuned");
        GoldenCheck.Close(before.narrow(0, 2, 14), after.narrow(0, 2, 14), (1e-10, 0), "others");
    }
}
