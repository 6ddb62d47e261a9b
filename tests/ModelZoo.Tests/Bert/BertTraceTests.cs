using System.Globalization;
using ModelZoo.Bert;
using ModelZoo.Packages;
using SpectralAdapters;
using TorchSharp;
using Training;
using Training.Optimization;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Bert;

/// <summary>Twenty training steps of MiniLM on real MRPC pairs, against Hugging Face and PEFT (tests/fixtures/minilm).</summary>
public sealed class BertTraceTests
{
    private const double LossTolerance = 1e-5;
    private const double NormTolerance = 1e-4;

    private static readonly TargetModules Projections = TargetModules.Named("query", "key", "value");
    private static readonly string[] Head = ["classifier"];

    [PackagedModelFact(MrpcBatches.Data), Trait("Category", "Slow")]
    public void Full_fine_tuning_follows_Hugging_Face() => Compare("full", new FullConfig());

    [PackagedModelFact(MrpcBatches.Data)]
    public void Lora_follows_PEFT() =>
        Compare("lora", new LoraConfig { Rank = 8, Alpha = 16, TargetModules = Projections, ModulesToSave = Head });

    [PackagedModelFact(MrpcBatches.Data), Trait("Category", "Slow")]
    public void Dora_follows_PEFT() =>
        Compare("dora", new DoraConfig { Rank = 8, Alpha = 16, TargetModules = Projections, ModulesToSave = Head });

    [PackagedModelFact(MrpcBatches.Data), Trait("Category", "Slow")]
    public void AdaLora_follows_PEFT() => Compare("adalora", new AdaLoraConfig
    {
        Rank = 8,
        Alpha = 16,
        Allocation = new RankAllocation { TargetRank = 4, TotalSteps = 20, InitialSteps = 4, FinalSteps = 4, Interval = 2 },
        TargetModules = Projections,
        ModulesToSave = Head,
    });

    [PackagedModelFact(MrpcBatches.Data), Trait("Category", "Slow")]
    public void Oft_with_the_exact_Cayley_transform_follows_PEFT() =>
        Compare("oft_cayley", new OftConfig { BlockSize = 32, TargetModules = Projections, ModulesToSave = Head });

    [PackagedModelFact(MrpcBatches.Data), Trait("Category", "Slow")]
    public void Oft_with_the_Neumann_series_follows_PEFT() =>
        Compare("oft_neumann", new OftConfig { BlockSize = 32, NeumannTerms = 5, TargetModules = Projections, ModulesToSave = Head });

    [PackagedModelFact(MrpcBatches.Data), Trait("Category", "Slow")]
    public void Spectral_A_follows_its_definition() =>
        Compare("spectral_a", new SpectralAConfig { Columns = ColumnSelection.Top(8), TargetModules = Projections, ModulesToSave = Head });

    private static void Compare(string name, AdapterConfig config)
    {
        using var scope = torch.NewDisposeScope();
        var expected = BertFixture.Json($"trace.{name}.json");
        using var model = BertFixture.Load(PackagedModel.MiniLm, BertHead.Pooler);
        using (torch.no_grad())
        {
            model.get_parameter("classifier.weight")!.copy_(TracedTraining.Wave([2, 384], 0.618, 0.3, 0.02));
            model.get_parameter("classifier.bias")!.zero_();
        }

        var batches = new MrpcBatches();
        double[]? firstLogits = null;
        using var task = new TracedTraining(model, config, batches, Loss, Phase);
        var settings = new TrainingConfig
        {
            LearningRate = expected.GetProperty("rate").GetDouble(),
            Schedule = ScheduleType.Constant,
            Epochs = 1,
        };

        var steps = new Trainer(settings).Fit(task).Steps;

        Assert.Equal(expected.GetProperty("trainable").GetInt64(), task.TrainableCount);
        TracedTraining.Close(
            [.. expected.GetProperty("first_logits").EnumerateArray().SelectMany(BertFixture.Doubles)], firstLogits!, LossTolerance, 0);
        TracedTraining.Close(BertFixture.Doubles(expected.GetProperty("loss")), task.Losses, LossTolerance, 0);
        TracedTraining.Close(
            BertFixture.Doubles(expected.GetProperty("gradient_norm")), [.. steps.Select(step => step.GradientNorm)], 0, NormTolerance);
        if (config is AdaLoraConfig)
        {
            TracedTraining.Close(BertFixture.Doubles(expected.GetProperty("orthogonality_loss")), task.Penalties, LossTolerance, 0);
            Assert.Equal(4.0, task.MeanRank);
        }

        (Tensor, int) Loss(int[] examples)
        {
            var (ids, types, mask, labels) = batches.Batch(examples);
            var logits = model.forward(ids, types, mask); // [B, 2]
            firstLogits ??= TensorAssert.Values(logits);
            return (model.Loss(logits, labels), examples.Length);
        }
    }

    private static int Phase(string name)
    {
        var parts = name.Split('.');
        return (3 * int.Parse(parts[Array.IndexOf(parts, "layer") + 1], CultureInfo.InvariantCulture))
            + Array.FindIndex(["query", "key", "value"], module => parts.Contains(module));
    }
}
