using ModelZoo.Deberta;
using SpectralAdapters;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

public sealed class DebertaAdapterTests
{
    private static readonly TargetModules Projections = TargetModules.Named("query_proj", "key_proj", "value_proj");

    public static TheoryData<AdapterConfig, long> PublishedCounts => new()
    {
        { new LoraConfig { Rank = 24 }, 1_327_104 },
        { new SpectralAConfig { Columns = ColumnSelection.Top(24) }, 1_327_104 },
    };

    [Theory]
    [MemberData(nameof(PublishedCounts))]
    public void The_base_model_has_the_published_number_of_trained_parameters(AdapterConfig config, long expected)
    {
        var targets = DebertaShapes.Of(DebertaConfig.V3Base)
            .Where(pair => pair.Key.EndsWith(".weight", StringComparison.Ordinal) && Projections.Match(pair.Key[..^".weight".Length]))
            .ToList();

        Assert.Equal(36, targets.Count);
        Assert.Equal(expected, targets.Sum(pair => config.ParameterCount(pair.Value[0], pair.Value[1])));
    }

    [Fact]
    public void An_adapter_starts_as_the_base_model_and_is_trained_alone()
    {
        using var scope = torch.NewDisposeScope();
        using var model = DebertaModels.Create(seed: 1);
        model.eval();
        var (ids, mask) = DebertaModels.Batch(new Random(1), width: 11, 11, 5);
        var before = model.forward(ids, mask).detach();
        var names = model.state_dict().Keys.ToList();

        var adapted = AdaptedModel.Attach(model,
            new LoraConfig { Rank = 2, TargetModules = Projections, ModulesToSave = ["classifier"] }, new Generator(2));
        var logits = model.forward(ids, mask);
        model.Loss(logits, torch.tensor(new long[] { 0, 1 })).backward();

        TensorAssert.Close(before, logits, 0, 0, "logits");
        Assert.Equal(names, model.state_dict().Keys);
        Assert.Equal(6, adapted.Layers.Count);
        var trained = adapted.NamedTrainableParameters().ToList();
        Assert.Equal((6 * 2) + 2, trained.Count);
        Assert.All(trained, pair => Assert.NotNull(pair.Parameter.grad));
        Assert.All(
            model.named_parameters().Where(pair => !pair.name.StartsWith("classifier.", StringComparison.Ordinal)),
            pair => Assert.Null(pair.parameter.grad));
    }

    [Fact]
    public void A_checkpoint_of_an_adapted_model_is_the_base_model()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        using var model = DebertaModels.Create(seed: 3);
        var names = model.state_dict().Keys.Order().ToList();
        AdaptedModel.Attach(model, new LoraConfig { Rank = 2, TargetModules = Projections }, new Generator(4));

        model.Save(folder.Root);

        using var file = SpectralAdapters.Files.SafetensorsFile.Open(folder.File("model.safetensors"));
        Assert.Equal(names, file.Names.Order());
    }
}
