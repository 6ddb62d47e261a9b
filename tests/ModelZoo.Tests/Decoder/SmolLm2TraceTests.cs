using System.Globalization;
using SpectralAdapters;
using Training;
using Training.Optimization;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>Twenty training steps of SmolLM2 on real GSM8K text, against Hugging Face and PEFT (tests/fixtures/smollm2).</summary>
public sealed class SmolLm2TraceTests
{
    private const int AllSteps = 20;
    private const int FirstSteps = 2;
    private const double LossTolerance = 5e-5;
    private const double NormTolerance = 1e-3;

    // Allocation among nearly equal triplets, from the fifth step on.
    private const int StepsBeforeAllocation = 4;
    private const double AllocatedLossTolerance = 3e-4;
    private const double AdaLoraNormTolerance = 1e-2;

    private static readonly string[] Modules = ["q_proj", "k_proj", "v_proj", "gate_proj", "up_proj", "down_proj"];
    private static readonly TargetModules Targets = TargetModules.Named(Modules);

    private static readonly LoraConfig Lora = new() { Rank = 8, Alpha = 16, TargetModules = Targets };
    private static readonly DoraConfig Dora = new() { Rank = 8, Alpha = 16, TargetModules = Targets };
    private static readonly OftConfig Cayley = new() { BlockSize = 32, TargetModules = Targets };
    private static readonly OftConfig Neumann = new() { BlockSize = 32, NeumannTerms = 5, TargetModules = Targets };
    private static readonly SpectralAConfig SpectralA = new() { Columns = ColumnSelection.Top(8), TargetModules = Targets };

    private static readonly AdaLoraConfig AdaLora = new()
    {
        Rank = 8,
        Alpha = 16,
        Allocation = new RankAllocation { TargetRank = 4, TotalSteps = 20, InitialSteps = 4, FinalSteps = 4, Interval = 2 },
        TargetModules = Targets,
    };

    [WeightsFact(SmolLm2Fixture.Folder)]
    public void First_steps_of_LoRA_follow_PEFT() => Compare("lora", Lora, FirstSteps);

    [WeightsFact(SmolLm2Fixture.Folder)]
    public void First_steps_of_OFT_follow_PEFT() => Compare("oft_cayley", Cayley, FirstSteps);

    [WeightsFact(SmolLm2Fixture.Folder), Trait("Category", "Slow")]
    public void Full_fine_tuning_follows_Hugging_Face() => Compare("full", new FullConfig(), AllSteps);

    [WeightsFact(SmolLm2Fixture.Folder), Trait("Category", "Slow")]
    public void Lora_follows_PEFT() => Compare("lora", Lora, AllSteps);

    [WeightsFact(SmolLm2Fixture.Folder), Trait("Category", "Slow")]
    public void Dora_follows_PEFT() => Compare("dora", Dora, AllSteps);

    [WeightsFact(SmolLm2Fixture.Folder), Trait("Category", "Slow")]
    public void AdaLora_follows_PEFT() => Compare("adalora", AdaLora, AllSteps);

    [WeightsFact(SmolLm2Fixture.Folder), Trait("Category", "Slow")]
    public void Oft_with_the_exact_Cayley_transform_follows_PEFT() => Compare("oft_cayley", Cayley, AllSteps);

    [WeightsFact(SmolLm2Fixture.Folder), Trait("Category", "Slow")]
    public void Oft_with_the_Neumann_series_follows_PEFT() => Compare("oft_neumann", Neumann, AllSteps);

    [WeightsFact(SmolLm2Fixture.Folder), Trait("Category", "Slow")]
    public void Spectral_A_follows_its_definition() => Compare("spectral_a", SpectralA, AllSteps);

    private static void Compare(string name, AdapterConfig config, int count)
    {
        using var scope = NewDisposeScope();
        var expected = SmolLm2Fixture.Json($"trace.{name}.json");
        using var model = SmolLm2Fixture.Load();
        var batches = new SmolLm2Batches(count);
        using var task = new TracedTraining(model, config, batches, Loss, Phase);
        var settings = new TrainingConfig
        {
            LearningRate = expected.GetProperty("rate").GetDouble(),
            Schedule = ScheduleType.Constant,
            Epochs = 1,
        };

        var steps = new Trainer(settings).Fit(task).Steps;

        Assert.Equal(expected.GetProperty("trainable").GetInt64(), task.TrainableCount);
        var losses = Recorded("loss");
        var exact = config is AdaLoraConfig ? Math.Min(StepsBeforeAllocation, count) : count;
        TracedTraining.Close(losses[..exact], task.Losses[..exact], LossTolerance, 0);
        TracedTraining.Close(losses[exact..], task.Losses[exact..], AllocatedLossTolerance, 0);
        TracedTraining.Close(
            Recorded("gradient_norm"), [.. steps.Select(step => step.GradientNorm)], 0,
            config is AdaLoraConfig ? AdaLoraNormTolerance : NormTolerance);
        if (config is AdaLoraConfig)
        {
            TracedTraining.Close(Recorded("orthogonality_loss"), task.Penalties, AllocatedLossTolerance, 0);
            Assert.Equal(4.0, task.MeanRank);
        }

        double[] Recorded(string key) => SmolLm2Fixture.Doubles(expected.GetProperty(key))[..count];

        (Tensor, int) Loss(int[] examples)
        {
            var (ids, mask, labels) = batches.Batch(examples[0]);
            return (model.Loss(ids, mask, labels), 1);
        }
    }

    private static int Phase(string name)
    {
        var parts = name.Split('.');
        return (Modules.Length * int.Parse(parts[Array.IndexOf(parts, "layers") + 1], CultureInfo.InvariantCulture))
            + Array.FindIndex(Modules, module => parts.Contains(module));
    }
}
