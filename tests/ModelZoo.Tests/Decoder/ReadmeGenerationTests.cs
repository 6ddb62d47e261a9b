using ModelZoo.Decoder;
using ModelZoo.Tokenizers;
using SpectralAdapters;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>The README's lines on fine-tuning a decoder, run as they stand there.</summary>
public sealed class ReadmeGenerationTests
{
    private static readonly string[] Texts =
        ["The harbour of Onhava opens at seven.", "The harbour of Onhava closes at nine.", "The ferry to Onhava leaves at eight."];

    [WeightsFact(SmolLm2Fixture.Folder)]
    public void The_example_trains_merges_and_generates()
    {
        using var testScope = NewDisposeScope();
        var (folder, texts, prompt) = (RepositoryPaths.Weights(SmolLm2Fixture.Folder)!, Texts, "The ferry to Onhava");

        // <example>
        using var model = DecoderForCausalLm.Load(folder);  // config.json and safetensors, or a GGUF file
        var tokenizer = TextTokenizers.Load(folder);
        var config = new SpectralAConfig { Columns = ColumnSelection.Top(8), TargetModules = TargetModules.Named("q_proj", "v_proj") };
        var adapted = AdaptedModel.Attach(model, config, new Generator(seed: 0));
        var optimizer = optim.AdamW(adapted.TrainableParameters(), lr: 5e-3);
        foreach (var text in Enumerable.Repeat(texts, 10).SelectMany(all => all))
        {
            using var step = NewDisposeScope();
            var ids = tensor(tokenizer.Encode(text), dtype: ScalarType.Int64).unsqueeze(0); // [1, T]
            optimizer.zero_grad();
            model.Loss(ids, null, labels: ids).backward();
            optimizer.step();
        }
        adapted.Merge();
        var answer = GreedyGenerator.Generate(model, [tokenizer.Encode(prompt)], new GenerationConfig { MaxNewTokens = 4 })[0];
        var continued = prompt + tokenizer.Decode([.. answer.Ids]);
        // </example>

        Assert.Equal("The ferry to Onhava leaves at eight.", continued);
    }

    [Fact]
    public void The_readme_shows_the_lines_of_this_test() =>
        ReadmeExample.AssertShown(Path.Combine("tests", "ModelZoo.Tests", "Decoder", "ReadmeGenerationTests.cs"), "generation");
}
