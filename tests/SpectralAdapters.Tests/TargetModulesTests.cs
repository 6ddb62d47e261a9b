namespace SpectralAdapters.Tests;

public sealed class TargetModulesTests
{
    [Theory]
    [InlineData("q_proj", true)]
    [InlineData("layers.0.q_proj", true)]
    [InlineData("layers.0.xq_proj", false)]
    [InlineData("layers.0.q_proj.inner", false)]
    public void Names_fit_whole_names_and_endings(string layer, bool fits) =>
        Assert.Equal(fits, TargetModules.Named("q_proj", "v_proj").Match(layer));

    [Theory]
    [InlineData("layers.3.q_proj", true)]
    [InlineData("layers.30.q_proj", false)]
    [InlineData("x.layers.3.q_proj", false)]
    public void A_pattern_fits_the_whole_name(string layer, bool fits) =>
        Assert.Equal(fits, TargetModules.Matching(@"layers\.\d\.q_proj").Match(layer));

    [Fact]
    public void Refuses_an_expression_that_never_ends()
    {
        const string Endless = "([a-z._0-9]*)*!", Name = "model.layers.10.self_attn.q_proj.base_layer";

        foreach (var match in new Func<bool>[]
        {
            () => TargetModules.Matching(Endless).Match(Name),
            () => new LayerIndices([1], [Endless]).Match(Name),
            () => new LoraConfig { RankPattern = new Dictionary<string, long> { [Endless] = 2 } }.ForLayer(Name) is null,
        })
        {
            var error = Assert.Throws<ArgumentException>(() => match());
            Assert.Contains($"has no answer for '{Name}' within 2 s", error.Message);
        }
    }

    [Fact]
    public void Refuses_nothing_at_all()
    {
        Assert.Throws<ArgumentException>(() => TargetModules.Named());
        Assert.Throws<ArgumentException>(() => TargetModules.Named("q", ""));
        Assert.Throws<ArgumentException>(() => TargetModules.Matching(""));
        Assert.ThrowsAny<ArgumentException>(() => TargetModules.Matching("("));
    }
}
