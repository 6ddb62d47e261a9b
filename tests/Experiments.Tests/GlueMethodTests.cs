using DebertaGlue;
using SpectralAdapters;
using Tasks.Glue;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

/// <summary>The adapters of official deberta_tune/*/glue_tune.py, setting by setting.</summary>
public sealed class GlueMethodTests
{
    private const int PublishedWidth = 768;
    private static readonly GlueQuirks Official = new(Bfloat16Residual: true, AdaLoraAllocation: false);

    private static AdapterConfig Create(string method, string task = "mnli", GlueQuirks? quirks = null)
    {
        var known = GlueMethod.Of(method);
        return known.Create(known.Rank(PublishedWidth) ?? 0, GlueTask.Parse(task), quirks ?? Official);
    }

    [Fact]
    public void LoraAndDoraHaveRank24Alpha32AndDropout()
    {
        var lora = Assert.IsType<LoraConfig>(Create("lora"));
        var dora = Assert.IsType<DoraConfig>(Create("dora"));

        Assert.Equal((24, 32.0, 0.01), (lora.Rank, lora.Alpha, lora.Dropout));
        Assert.Equal((24, 32.0, 0.01), (dora.Rank, dora.Alpha, dora.Dropout));
    }

    [Theory]
    [InlineData("mnli", 0.1)]
    [InlineData("cola", 0.5)]
    [InlineData("rte", 0.3)]
    public void AdaLoraStartsAt36AndIsNotPruned(string task, double orthogonalWeight)
    {
        var config = Assert.IsType<AdaLoraConfig>(Create("adalora", task));

        Assert.Equal((36, 32.0, 0.01, orthogonalWeight), (config.Rank, config.Alpha, config.Dropout, config.OrthogonalRegularization));
        Assert.Null(config.Allocation);
    }

    [Fact]
    public void OftSharesFourBlocks()
    {
        var config = Assert.IsType<OftConfig>(Create("oft"));

        Assert.Equal((OftConvention.OutputSide, 4, null, true), (config.Convention, config.Blocks, config.BlockSize, config.ShareBlocks));
    }

    [Fact]
    public void SpectralATakesTheTop24ColumnsAndRoundsItsRemainderWhereTheQuirkIsOn()
    {
        var config = Assert.IsType<SpectralAConfig>(Create("spectral-a"));

        Assert.Equal(ColumnSelection.Top(24), config.Columns);
        Assert.Equal(ScalarType.BFloat16, config.ResidualType);
        Assert.Null(((SpectralAConfig)Create("spectral-a", quirks: Official with { Bfloat16Residual = false })).ResidualType);
    }

    [Fact]
    public void AllAdaptersSitOnQueryKeyAndValueAndTrainTheClassifier()
    {
        foreach (var method in GlueMethod.All.Where(method => method.Id != "full"))
        {
            var config = Create(method.Id);

            Assert.Equal(["classifier"], config.ModulesToSave);
            foreach (var name in (string[])["query_proj", "key_proj", "value_proj"])
            {
                Assert.True(config.TargetModules!.Match($"deberta.encoder.layer.3.attention.self.{name}"));
            }

            Assert.False(config.TargetModules!.Match("deberta.encoder.layer.3.attention.output.dense"));
        }
    }
}
