using ModelZoo.Decoder;
using SpectralAdapters;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>Two layers of Llama 3's true width, embedding and head included.</summary>
public sealed class LlamaWidthTests(ITestOutputHelper output)
{
    private const long MostMemory = 24L << 30;
    private const long Length = 512;
    private static readonly TargetModules Targets =
        TargetModules.Named("q_proj", "k_proj", "v_proj", "up_proj", "down_proj", "gate_proj");

    [Fact, Trait("Category", "Slow")]
    public void A_step_of_LoRA_and_of_spectral_A_takes_no_more_than_24_GiB()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var model = new DecoderForCausalLm(DecoderConfig.Llama3_8B with { NumHiddenLayers = 2 }, generator);
        AddLeadingDirections(model, generator);
        var ids = randint(model.Config.VocabSize, [1, Length], dtype: ScalarType.Int64, generator: generator); // [1, T]
        AdapterConfig[] configs =
        [
            new LoraConfig { Rank = 8, Alpha = 16, TargetModules = Targets },
            new SpectralAConfig { Columns = ColumnSelection.Top(8), TargetModules = Targets },
        ];
        foreach (var config in configs)
        {
            var adapted = AdaptedModel.Attach(model, config, generator);
            var optimizer = optim.AdamW(adapted.TrainableParameters(), lr: 1e-3);

            var (before, after) = (Step(optimizer), Step(optimizer));

            var memory = System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64;
            output.WriteLine($"{config.Method}: loss {before:F4}, then {after:F4}; at most {memory / (double)(1L << 30):F1} GiB so far");
            Assert.True(after < before);
            Assert.InRange(memory, 1, MostMemory);
            adapted.Detach();
        }

        float Step(optim.Optimizer optimizer)
        {
            using var stepScope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = model.Loss(ids, null, ids); // []
            loss.backward();
            optimizer.step();
            return loss.item<float>();
        }
    }

    // As pretrained weights have; without, each weight would be decomposed in full, half a minute each.
    private static void AddLeadingDirections(DecoderForCausalLm model, Generator generator)
    {
        using var noGrad = no_grad();
        foreach (var layer in model.modules().OfType<AdaptableLinear>().Where(layer => layer.OutFeatures < model.Config.VocabSize))
        {
            using var scope = NewDisposeScope();
            var (up, down) = (
                randn([layer.OutFeatures, 8], generator: generator), randn([8, layer.InFeatures], generator: generator)); // [m, 8], [8, n]
            layer.Weight.addmm_(up, down, beta: 1, alpha: 0.005f);
        }
    }
}
