using ModelZoo.Deberta;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

/// <summary>Against the outputs of transformers' DebertaV2ForSequenceClassification (tests/fixtures/deberta).</summary>
public sealed class DebertaGoldenTests
{
    private const double Tolerance = 1e-5;
    private const double Float64Tolerance = 1e-7;

    [Theory]
    [InlineData("classification")]
    [InlineData("regression")]
    public void Hidden_states_attention_pooler_and_logits_agree(string folder)
    {
        using var scope = torch.NewDisposeScope();
        using var model = Load(folder);
        model.eval();
        var golden = SafetensorsFile.ReadAll(RepositoryPaths.Fixture("deberta", folder, "io.safetensors"));
        var (ids, mask) = (golden["input_ids"], golden["attention_mask"]);
        using var noGrad = torch.no_grad();

        var states = model.Deberta.HiddenStates(ids, mask);

        var tokens = mask.unsqueeze(2).eq(1); // [B, T, 1]
        Close(golden["hidden.embeddings"], states[0], tokens, "embeddings");
        for (var layer = 0; layer < model.Config.NumHiddenLayers; layer++)
        {
            Close(golden[$"hidden.layer.{layer}"], states[layer + 1], tokens, $"layer {layer}");
        }

        var probabilities = model.Deberta.AttentionProbabilities(ids, mask, layer: 0);
        var queries = mask.eq(1).view(mask.shape[0], 1, mask.shape[1], 1); // [B, 1, T, 1]
        Close(golden["attention_probs.layer.0"], probabilities, queries, "attention probabilities");
        TensorAssert.Close(golden["pooled_output"], model.PooledOutput(states[^1]), Tolerance, Tolerance, "pooled output");
        TensorAssert.Close(golden["logits"], model.forward(ids, mask), Tolerance, Tolerance, "logits");
    }

    [Theory]
    [InlineData("classification")]
    [InlineData("regression")]
    public void Loss_and_gradients_agree(string folder)
    {
        using var scope = torch.NewDisposeScope();
        using var model = Load(folder);
        model.eval();
        var golden = SafetensorsFile.ReadAll(RepositoryPaths.Fixture("deberta", folder, "io.safetensors"));

        var loss = model.Loss(model.forward(golden["input_ids"], golden["attention_mask"]), golden["labels"]);
        loss.backward();

        TensorAssert.Close(golden["loss"], loss.view(1), Tolerance, Tolerance, "loss");
        CompareGradients(golden, model, Tolerance);
    }

    [Fact]
    public void The_float64_model_agrees_to_its_tolerance()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Load("classification");
        model.to(ScalarType.Float64);
        model.eval();
        var golden = SafetensorsFile.ReadAll(RepositoryPaths.Fixture("deberta", "classification", "io_float64.safetensors"));
        var inputs = SafetensorsFile.ReadAll(RepositoryPaths.Fixture("deberta", "classification", "io.safetensors"));
        var (ids, mask) = (inputs["input_ids"], inputs["attention_mask"]);

        var states = model.Deberta.HiddenStates(ids, mask);
        var logits = model.forward(ids, mask);
        var loss = model.Loss(logits, inputs["labels"]);
        loss.backward();

        var tokens = mask.unsqueeze(2).eq(1); // [B, T, 1]
        for (var layer = 0; layer < model.Config.NumHiddenLayers; layer++)
        {
            var name = $"hidden.layer.{layer}";
            TensorAssert.Close(golden[name].mul(tokens), states[layer + 1].mul(tokens), Float64Tolerance, Float64Tolerance, name);
        }

        TensorAssert.Close(golden["logits"], logits, Float64Tolerance, Float64Tolerance, "logits");
        TensorAssert.Close(golden["loss"], loss.view(1), Float64Tolerance, Float64Tolerance, "loss");
        CompareGradients(golden, model, Float64Tolerance);
    }

    private static DebertaForSequenceClassification Load(string folder)
    {
        using var generator = new Generator(0);
        return DebertaForSequenceClassification.Load(RepositoryPaths.Fixture("deberta", folder), generator);
    }

    private static void Close(Tensor expected, Tensor found, Tensor where, string what) =>
        TensorAssert.Close(expected.mul(where), found.mul(where), Tolerance, Tolerance, what);

    private static void CompareGradients(Dictionary<string, Tensor> golden, DebertaForSequenceClassification model, double tolerance)
    {
        var parameters = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        var names = golden.Keys.Where(key => key.StartsWith("grad.", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(names);
        foreach (var name in names)
        {
            TensorAssert.Close(golden[name], parameters[name["grad.".Length..]].grad!, tolerance, tolerance, name);
        }
    }
}
