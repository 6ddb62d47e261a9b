using DebertaGlue;
using Reproduction;
using Tasks.Glue;

namespace SpectralExperiments.Tests;

public sealed class GlueTokensTests
{
    private const string Long = "the labour of the nation grows every year, and with it the stock, the trade and the corn of the land";
    private const string Short = "the trade grows";

    [Fact]
    public void ALongRowIsCutInItsLongerSentence()
    {
        const int maxLength = 16;
        var tokenizer = new GlueMaterials(new Profile(GlueMaterials.MiniProfile, 1, "small"), new Inputs()).Tokenizer();
        var second = tokenizer.Encode(Short);
        GlueSplit Split(params GlueExample[] rows) => new("rows", rows, rows.Length, Note: null);
        var data = new GlueDataset(GlueTask.Rte, Split(new GlueExample(Long, Short, 0), new GlueExample(Short, Short, 1)), Split(new GlueExample(Long, Short, 0)));

        var (cut, whole) = (new GlueTokens(data, tokenizer, maxLength), new GlueTokens(data, tokenizer, maxLength: null));

        Assert.Equal(maxLength, cut.Train[0].Length);
        Assert.Equal(second, cut.Train[0][^(second.Length + 1)..^1]);
        Assert.Equal(cut.Train[0], cut.Development[0]);
        Assert.Equal(whole.Train[1], cut.Train[1]);
        Assert.Equal(tokenizer.EncodePair(Long, Short), whole.Train[0]);
    }
}
