using System.Runtime.InteropServices;
using System.Text.Json;
using ModelZoo.Decoder;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>SmolLM2 from its GGUF on real GSM8K questions, against Hugging Face (tests/fixtures/smollm2).</summary>
public sealed class SmolLm2GoldenTests
{
    private const double LogitTolerance = 3e-4;
    private const double NormaliserTolerance = 1e-4;
    private const int PromptsInSuite = 2;

    [WeightsFact(SmolLm2Fixture.Folder)]
    public void Last_logits_agree()
    {
        using var scope = NewDisposeScope();
        using var model = SmolLm2Fixture.Load();
        using var noGrad = no_grad();
        var raw = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(RepositoryPaths.Fixture("smollm2", "last_logits.f32"))).ToArray();
        var cases = SmolLm2Fixture.Json("logits.json").GetProperty("cases").EnumerateArray().ToList();
        var expected = tensor(raw).view(cases.Count, -1); // [cases, V]
        foreach (var (i, golden) in cases.Index())
        {
            var ids = tensor(SmolLm2Fixture.Integers(golden.GetProperty("input_ids")), dtype: ScalarType.Int64).unsqueeze(0); // [1, T]

            var logits = model.forward(ids, null)[0, -1]; // [V]

            TensorAssert.Close(expected[i], logits, LogitTolerance, 0, $"logits of prompt {i}");
            Assert.Equal(golden.GetProperty("logsumexp").GetDouble(), logits.logsumexp(0).item<float>(), NormaliserTolerance);
            Assert.Equal(SmolLm2Fixture.Integers(golden.GetProperty("top10_ids"))[0], (int)logits.argmax().item<long>());
        }
    }

    [WeightsFact(SmolLm2Fixture.Folder)]
    public void First_greedy_texts_agree_in_a_left_padded_batch() => CompareGreedy(PromptsInSuite, isBatch: true);

    [WeightsFact(SmolLm2Fixture.Folder), Trait("Category", "Slow")]
    public void All_greedy_texts_agree_in_a_left_padded_batch() => CompareGreedy(int.MaxValue, isBatch: true);

    [WeightsFact(SmolLm2Fixture.Folder), Trait("Category", "Slow")]
    public void All_greedy_texts_agree_one_by_one() => CompareGreedy(int.MaxValue, isBatch: false);

    private static void CompareGreedy(int count, bool isBatch)
    {
        using var model = SmolLm2Fixture.Load();
        var golden = SmolLm2Fixture.Json("greedy.json").EnumerateArray().Take(count).ToList();
        var prompts = golden.Select(text => (IReadOnlyList<int>)Ids(text, "prompt")).ToList();
        var config = new GenerationConfig { MaxNewTokens = Ids(golden[0], "new_ids").Length };

        var found = isBatch
            ? GreedyGenerator.Generate(model, prompts, config)
            : [.. prompts.SelectMany(prompt => GreedyGenerator.Generate(model, [prompt], config))];

        Assert.All(golden.Zip(found), pair => Assert.Equal(Ids(pair.First, "new_ids"), pair.Second.Ids));
        Assert.All(found, sequence => Assert.Equal(GenerationEnd.Length, sequence.End));

        static int[] Ids(JsonElement text, string key) => SmolLm2Fixture.Integers(text.GetProperty(key));
    }
}
