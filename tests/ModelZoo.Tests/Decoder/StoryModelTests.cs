using System.Text.Json;
using ModelZoo.Decoder;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>The story model of 656K parameters against the reference beside its weights.</summary>
public sealed class StoryModelTests
{
    private const string Folder = "tinystories-656k";

    [WeightsFact(Folder)]
    public void Logits_and_greedy_ids_are_those_of_the_reference()
    {
        using var scope = NewDisposeScope();
        var folder = RepositoryPaths.Weights(Folder)!;
        using var model = DecoderForCausalLm.Load(folder);
        using var noGrad = no_grad();
        using var reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "reference.json")));
        Assert.NotEmpty(reference.RootElement.EnumerateObject());
        Assert.All(reference.RootElement.EnumerateObject(), text =>
        {
            var (prompt, ids) = (Integers("prompt_ids"), Integers("greedy_ids"));
            var logits = model.forward(tensor(prompt.Select(id => (long)id).ToArray()).unsqueeze(0), null)[0, -1]; // [V]

            float[] expected = [.. text.Value.GetProperty("last_logits_first32").EnumerateArray().Select(value => value.GetSingle())];
            TensorAssert.Close(tensor(expected), logits[..expected.Length], 1e-4, 0, text.Name);
            Assert.Equal(text.Value.GetProperty("last_logits_argmax").GetInt64(), logits.argmax().item<long>());
            Assert.Equal(text.Value.GetProperty("last_logsumexp").GetDouble(), logits.logsumexp(0).item<float>(), 1e-4);
            var config = new GenerationConfig { MaxNewTokens = ids.Length - prompt.Length };
            Assert.Equal(ids[prompt.Length..], GreedyGenerator.Generate(model, [prompt], config)[0].Ids);

            int[] Integers(string key) => [.. text.Value.GetProperty(key).EnumerateArray().Select(id => id.GetInt32())];
        });
    }
}
