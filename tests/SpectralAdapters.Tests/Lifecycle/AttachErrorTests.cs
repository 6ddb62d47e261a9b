using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using SpectralExperiments.Tests;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>What does not fit is refused with names and numbers, and the model stays as it was.</summary>
public sealed class AttachErrorTests
{
    [Fact]
    public void Target_modules_that_fit_nothing_name_what_there_is() =>
        Refuses(new LoraConfig { TargetModules = TargetModules.Named("q_proj") }, "q_proj", "up_proj", "classifier");

    [Fact]
    public void Target_modules_are_needed() => Refuses(new LoraConfig(), "no target modules");

    [Fact]
    public void A_pattern_that_fits_no_layer_has_no_effect_and_is_refused() => Refuses(
        new LoraConfig
        {
            TargetModules = TargetModules.Named("up_proj"),
            RankPattern = new Dictionary<string, long> { ["down_proj"] = 2 },
        },
        "down_proj",
        "2 adapted layers");

    [Fact]
    public void A_module_to_save_must_exist() =>
        Refuses(AdaptedModelTests.Config("lora") with { ModulesToSave = ["score", "classifier"] }, "score");

    [Fact]
    public void A_rank_over_the_smaller_side_names_the_layer() =>
        Refuses(AdaptedModelTests.Config("spectral-a") with { TargetModules = TargetModules.Named("down_proj") } is SpectralAConfig config
            ? config with { Columns = ColumnSelection.Top(17) }
            : throw new InvalidOperationException(), "first.down_proj", "top:17", "[16, 24]");

    [Fact]
    public void A_field_of_the_sealed_type_says_what_to_change()
    {
        using var model = new SealedModel();
        var error = Assert.Throws<ArgumentException>(() => AdaptedModel.Attach(
            model, new LoraConfig { TargetModules = TargetModules.Named("projection") }, new Generator(0)));
        Assert.Contains("SealedModel._projection", error.Message);
        Assert.Contains("Module<Tensor, Tensor>", error.Message);
    }

    [Theory]
    [InlineData(0.0, "zero")]
    [InlineData(double.NaN, "not finite")]
    public void A_weight_that_is_not_loaded_is_refused(double value, string part)
    {
        using var model = new SmallModel();
        using (no_grad())
        {
            model.get_parameter("second.up_proj.weight")!.fill_(value);
        }

        var error = Assert.Throws<ArgumentException>(() =>
            AdaptedModel.Attach(model, AdaptedModelTests.Config("spectral-r"), new Generator(0)));
        Assert.Contains("second.up_proj", error.Message);
        Assert.Contains(part, error.Message);
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void A_slot_takes_one_adapter_of_its_own_shape()
    {
        using var layer = new AdaptableLinear(8, 12);
        using var other = new AdaptableLinear(12, 8);
        layer.Attach(Create(layer));
        Assert.Contains("already", Assert.Throws<InvalidOperationException>(() => layer.Attach(Create(layer))).Message);
        var error = Assert.Throws<ArgumentException>(() => other.Attach(Create(layer)));
        Assert.Contains("[12, 8]", error.Message);
        Assert.Contains("[8, 12]", error.Message);
        Assert.Throws<InvalidOperationException>(() => other.Merge());
    }

    [Fact]
    public void An_adapter_of_another_base_is_refused()
    {
        using var folder = Saved();
        using var other = new SmallModel(seed: 2);
        RefusesFile(folder.Root, other, "other base weights");
    }

    [Fact]
    public void NaN_in_a_file_is_refused_with_the_tensor()
    {
        using var folder = Saved(adapted =>
        {
            using var noGrad = no_grad();
            adapted.NamedTrainableParameters().Single(pair => pair.Name == "second.up_proj.lora_A").Parameter.fill_(double.NaN);
        });
        using var model = new SmallModel();
        RefusesFile(folder.Root, model, "second.up_proj.lora_A", "NaN");
    }

    [Fact]
    public void A_file_that_does_not_fit_its_config_is_refused_with_the_tensor_and_both_shapes()
    {
        using var folder = Saved();
        var path = folder.File("adapter_config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"rank\": 3", "\"rank\": 4", StringComparison.Ordinal));
        using var model = new SmallModel();
        RefusesFile(folder.Root, model, "lora_A", "[3, 16]", "[4, 16]");
    }

    [Theory]
    [InlineData("\"rank\": 3", "\"rank\": 0", "rank is 0")]
    [InlineData("\"rank\": 3", "\"rang\": 3", "rang")]
    [InlineData("\"lora\"", "\"laura\"", "'laura'")]
    public void A_broken_config_is_refused_with_its_path(string old, string replacement, string part)
    {
        using var folder = Saved();
        var path = folder.File("adapter_config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(old, replacement, StringComparison.Ordinal));
        using var model = new SmallModel();
        RefusesFile(folder.Root, model, "adapter_config.json", part);
    }

    private static void Refuses(AdapterConfig config, params string[] parts)
    {
        using var model = new SmallModel();
        var error = Assert.Throws<ArgumentException>(() => AdaptedModel.Attach(model, config, new Generator(0)));
        Assert.All(parts, part => Assert.Contains(part, error.Message));
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.DoesNotContain(model.modules(), module => module is AdaptableLinear { Adapter: not null });
    }

    private static void RefusesFile(string folder, SmallModel model, params string[] parts)
    {
        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(model, folder));
        Assert.All(parts, part => Assert.Contains(part, error.Message));
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.DoesNotContain(model.modules(), module => module is AdaptableLinear { Adapter: not null });
    }

    private static TemporaryFolder Saved(Action<AdaptedModel>? change = null)
    {
        var folder = new TemporaryFolder();
        using var model = new SmallModel();
        var adapted = AdaptedModel.Attach(model, AdaptedModelTests.Config("lora"), new Generator(0));
        change?.Invoke(adapted);
        adapted.Save(folder.Root);
        return folder;
    }

    private static LoraAdapter Create(AdaptableLinear layer) =>
        new(new LoraConfig { Rank = 2 }, new AdapterSite("layer", layer.Weight, new Generator(0), new ExactFactorSource()));

    private sealed class SealedModel : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "projection")]
        private readonly Linear _projection = nn.Linear(4, 4);

        public SealedModel()
            : base(nameof(SealedModel)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _projection.call(input);
    }
}
