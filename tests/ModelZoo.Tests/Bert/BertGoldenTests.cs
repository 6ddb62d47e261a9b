using ModelZoo.Bert;
using ModelZoo.Packages;
using ModelZoo.Tokenizers;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Bert;

/// <summary>Against the outputs of ONNX Runtime for the files in the packages (tests/fixtures/minilm).</summary>
public sealed class BertGoldenTests
{
    private const double Tolerance = 1e-5;

    [PackagedModelFact]
    public void MiniLm_gives_the_hidden_states_and_the_pooler_output_of_ONNX_Runtime()
    {
        using var scope = torch.NewDisposeScope();
        using var model = BertFixture.Load(PackagedModel.MiniLm, BertHead.Pooler);

        var hidden = CompareHiddenStates(model, PackagedModel.MiniLm, "minilm");

        var expected = BertFixture.Floats("minilm.pooler_output.f32", 8, -1);
        TensorAssert.Close(expected, model.Bert.PooledOutput(hidden), Tolerance, 0, "pooler output");
    }

    [PackagedModelFact(ArcticXs = true)]
    public void Arctic_embed_gives_the_hidden_states_of_ONNX_Runtime()
    {
        using var scope = torch.NewDisposeScope();
        using var model = BertFixture.Load(PackagedModel.ArcticXs, BertHead.MeanPooling);

        CompareHiddenStates(model, PackagedModel.ArcticXs, "arcticxs");
    }

    [PackagedModelFact]
    public void What_a_file_lacks_and_what_a_head_leaves_over_is_said()
    {
        var folder = PackagedModels.Folder(PackagedModel.MiniLm);
        var path = Path.Combine(folder, "model.onnx");
        using var pooler = BertCheckpoint.Open(folder, BertHead.Pooler);
        using var mean = BertCheckpoint.Open(folder, BertHead.MeanPooling);

        Assert.Equal([$"{path}: new, with random values, as the file lacks them: classifier."], pooler.Notes);
        Assert.Equal(
            [
                $"{path}: new, with random values, as the file lacks them: classifier, pre_classifier.",
                $"{path}: left over, as the model has no such tensors: bert.pooler.dense.",
            ],
            mean.Notes);
    }

    [PackagedModelFact(ArcticXs = true)]
    public void A_pooler_that_the_weights_lack_is_said_to_be_random()
    {
        var folder = PackagedModels.Folder(PackagedModel.ArcticXs);
        using var checkpoint = BertCheckpoint.Open(folder, BertHead.Pooler);

        Assert.Equal(
            [$"{Path.Combine(folder, "model.onnx")}: new, with random values, as the file lacks them: bert.pooler.dense, classifier."],
            checkpoint.Notes);
    }

    private static Tensor CompareHiddenStates(BertForSequenceClassification model, PackagedModel package, string name)
    {
        using var noGrad = torch.no_grad();
        var json = BertFixture.Json($"{name}.json");
        var (ids, mask) = (BertFixture.Integers(json.GetProperty("input_ids")), BertFixture.Integers(json.GetProperty("attention_mask")));
        var tokenizer = WordPieceTokenizer.Load(Path.Combine(PackagedModels.Folder(package), WordPieceTokenizer.FileName));
        var sentences = json.GetProperty("sentences").EnumerateArray().Select(sentence => sentence.GetString()!).ToList();
        for (var row = 0; row < sentences.Count; row++)
        {
            var encoded = tokenizer.EncodeSingle(sentences[row], 32);
            Assert.Equal(ids[row].data<long>().ToArray().Take((int)mask[row].sum().item<long>()), encoded.Select(id => (long)id));
        }

        var hidden = model.Bert.forward(ids, null, mask); // [8, 32, D]

        var tokens = mask.unsqueeze(2); // [8, 32, 1]
        var expected = BertFixture.Floats($"{name}.last_hidden_state.f32", 8, 32, -1);
        TensorAssert.Close(expected.mul(tokens), hidden.mul(tokens), Tolerance, 0, "hidden states");
        return hidden;
    }
}
