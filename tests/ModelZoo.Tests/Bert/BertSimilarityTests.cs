using ModelZoo.Bert;
using ModelZoo.Packages;
using ModelZoo.Tokenizers;
using Tasks.Glue;
using Tasks.Metrics;
using TorchSharp;
using Training.Data;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Bert;

/// <summary>What MiniLM was trained for: the cosine of two sentences' vectors, without any fine-tuning.</summary>
public sealed class BertSimilarityTests
{
    private const double Published = 0.867;
    private const int BatchSize = 64;

    [PackagedModelFact("glue/STS-B/dev.tsv"), Trait("Category", "Slow")]
    public void Cosines_of_mean_pooled_vectors_rank_the_pairs_of_stsb()
    {
        var examples = GlueDataset.Load(GlueTask.Stsb, RepositoryPaths.RealData("glue")!).Development.Examples;
        using var model = BertFixture.Load(PackagedModel.MiniLm, BertHead.MeanPooling);

        var cosines = Cosines(model, [.. examples.SelectMany(example => new[] { example.Sentence1, example.Sentence2! })]);

        var spearman = CorrelationMetrics.Spearman(cosines, examples.Select(example => example.Label).ToArray());
        Assert.InRange(spearman, Published - 0.001, Published + 0.001);
    }

    private static float[] Cosines(BertForSequenceClassification model, string[] sentences)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var tokenizer = WordPieceTokenizer.Load(
            Path.Combine(PackagedModels.Folder(PackagedModel.MiniLm), WordPieceTokenizer.FileName));
        var ids = sentences.Select(sentence => tokenizer.EncodeSingle(sentence)).ToArray();
        var vectors = torch.empty([sentences.Length, model.Config.HiddenSize]); // [sentences, D]
        foreach (var rows in Enumerable.Range(0, ids.Length).OrderBy(i => ids[i].Length).Chunk(BatchSize))
        {
            using var step = torch.NewDisposeScope();
            var (inputIds, mask) = PaddedBatch.Collate([.. rows.Select(i => ids[i])], paddingId: 0).ToTensors(); // [B, T] each
            var hidden = model.Bert.forward(inputIds, null, mask); // [B, T, D]
            vectors.index_copy_(0, torch.tensor(rows.Select(i => (long)i).ToArray()), BertModel.MeanPooling(hidden, mask));
        }

        var pairs = vectors.view(-1, 2, model.Config.HiddenSize); // [pairs, 2, D]
        return nn.functional.cosine_similarity(pairs.select(1, 0), pairs.select(1, 1), 1).data<float>().ToArray();
    }
}
