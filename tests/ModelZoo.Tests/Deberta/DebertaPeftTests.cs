using ModelZoo.Deberta;
using SpectralAdapters;
using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Files.Peft;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

/// <summary>
/// PEFT 0.20's own files over a tiny DeBERTaV3 classifier, whose head they hold too: in with PEFT's logits, out with the same
/// bytes.
/// </summary>
public sealed class DebertaPeftTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Adapters =>
    [
        "lora", "lora_rslora", "lora_rank_pattern", "dora", "adalora", "adalora_pruned", "oft_cayley", "oft_neumann",
        "oft_blocks_shared", "vera", "vera_no_projection",
    ];

    [Fact]
    public void The_base_model_computes_what_transformers_does()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Load();
        using var inputs = SafetensorsFile.Open(Fixture("inputs.safetensors"));
        TensorAssert.Close(inputs.Read("base_logits"), Logits(model), 1e-5, 1e-5, "base logits");
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void A_peft_adapter_gives_pefts_logits(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var model = Load();
        var head = model.named_parameters().Single(pair => pair.name == "classifier.weight").parameter.clone();
        var adapted = AdaptedModel.Load(model, Fixture(name));
        Assert.Equal(["classifier"], adapted.Config.ModulesToSave);
        using var expected = SafetensorsFile.Open(Path.Combine(Fixture(name), "expected.safetensors"));
        TensorAssert.Close(expected.Read("logits"), Logits(model), Tolerance, 0, "logits");
        adapted.Merge();
        TensorAssert.Close(expected.Read("merged_logits"), Logits(model), Tolerance, 0, "merged logits");
        adapted.Unmerge();
        var trained = adapted.NamedTrainableParameters().Select(pair => pair.Name).ToList();
        Assert.Contains("classifier.weight", trained);
        Assert.DoesNotContain(trained, parameter => parameter.StartsWith("pooler", StringComparison.Ordinal));
        var live = model.named_parameters().Single(pair => pair.name == "classifier.weight").parameter;
        Assert.NotEqual(0, live.sub(head).abs().max().item<float>());
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void A_peft_adapter_is_written_back_byte_for_byte(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = Load();
        var adapted = AdaptedModel.Load(model, Fixture(name));
        PeftFiles.Save(adapted, folder.Root, new PeftFileOptions { BaseModel = "../base", TaskType = "SEQ_CLS" });
        PeftComparison.SameTensors(Fixture(name), folder.Root);
        PeftComparison.SameSettings(Fixture(name), folder.Root);
        using var again = Load();
        AdaptedModel.Load(again, folder.Root);
        TensorAssert.Close(Logits(model), Logits(again), 0, 0, "logits read back");
    }

    [Fact]
    public void An_exported_spectral_adapter_takes_its_classifier_along()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var generator = new Generator(3);
        using var model = Load();
        var config = new SpectralAConfig
        {
            TargetModules = TargetModules.Named("query_proj", "key_proj", "value_proj"),
            Columns = ColumnSelection.Top(2),
            ModulesToSave = ["classifier"],
        };
        var adapted = AdaptedModel.Attach(model, config, generator);
        using (torch.no_grad())
        {
            foreach (var parameter in adapted.TrainableParameters())
            {
                parameter.add_(torch.randn(parameter.shape, generator: generator).mul_(0.1));
            }
        }

        PeftFiles.ExportLora(adapted, folder.Root, new PeftFileOptions { TaskType = "SEQ_CLS" });
        using var peft = SafetensorsFile.Open(Path.Combine(Fixture("lora"), "adapter_model.safetensors"));
        using var own = SafetensorsFile.Open(Path.Combine(folder.Root, "adapter_model.safetensors"));
        Assert.Equal(peft.Names, own.Names);
        Assert.All(peft.Names, name => Assert.Equal(peft.Shape(name), own.Shape(name)));
        using var reader = Load();
        AdaptedModel.Load(reader, folder.Root);
        TensorAssert.Close(Logits(model), Logits(reader), 2e-5, 1e-5, "logits");
    }

    private static string Fixture(string name) => RepositoryPaths.Fixture("adapters", "interchange", "tiny_deberta", name);

    private static DebertaForSequenceClassification Load()
    {
        using var generator = new Generator(0);
        return DebertaForSequenceClassification.Load(Fixture("base"), generator);
    }

    private static Tensor Logits(DebertaForSequenceClassification model)
    {
        model.eval();
        using var inputs = SafetensorsFile.Open(Fixture("inputs.safetensors"));
        return model.forward(inputs.Read("input_ids"), inputs.Read("attention_mask"));
    }
}
