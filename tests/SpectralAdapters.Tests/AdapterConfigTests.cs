using System.Text.Json;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests;

public sealed class AdapterConfigTests
{
    public static TheoryData<string> Methods => [.. AdapterRegistry.Methods.Select(method => method.Name)];

    public static TheoryData<AdapterConfig, string> Refused => new()
    {
        { new LoraConfig { Rank = 0 }, "rank is 0" },
        { new LoraConfig { Alpha = 0 }, "alpha is 0" },
        { new LoraConfig { Alpha = double.NaN }, "alpha is NaN" },
        { new LoraConfig { Dropout = 1 }, "dropout is 1" },
        { new LoraConfig { RankPattern = new Dictionary<string, long> { ["q"] = -2 } }, "rank is -2" },
        { new DoraConfig { Alpha = -1 }, "alpha is -1" },
        { new FullConfig { TargetModules = TargetModules.Named("q") }, "no effect" },
        { new SpectralAConfig { ResidualType = ScalarType.BFloat16 }, "no effect" },
        { new OftConfig { Blocks = 4 }, "either" },
        { new OftConfig { Blocks = null, BlockSize = null }, "either" },
        { new OftConfig { Convention = OftConvention.OutputSide }, "PEFT convention only" },
        { new OftConfig { Convention = OftConvention.InputSide, BlockSize = null, Blocks = 4, Epsilon = 1 }, "no constraint" },
        { new OftConfig { NeumannTerms = -1 }, "Neumann" },
        { new OftConfig { Epsilon = -1 }, "eps -1" },
        { new AdaLoraConfig { OrthogonalRegularization = -1 }, "orthogonal regularization is -1" },
        { new AdaLoraConfig { Rank = 4, Allocation = new RankAllocation { TotalSteps = 10, TargetRank = 5 } }, "target rank 5" },
        { new AdaLoraConfig { Allocation = new RankAllocation { TotalSteps = 10, InitialSteps = 6, FinalSteps = 4 } }, "10" },
        { new AdaLoraConfig { ScaleRank = 0 }, "scale rank is 0" },
        { new LoraConfig { Rank = 1L << 40 }, "at most 2147483647" },
        { new LoraConfig { AlphaPattern = new Dictionary<string, double> { ["q("] = 2 } }, "the alpha_pattern 'q(' is not" },
        { new FullConfig { LayersToTransform = new LayerIndices([0], []) }, "no effect" },
        { new HeadOnlyConfig(), "no modules to save" },
        { new HeadOnlyConfig { ModulesToSave = ["head"], TargetModules = TargetModules.Named("q") }, "no effect" },
        { new VeraConfig { SharedProjections = false, ProjectionSeed = 3 }, "no effect" },
        { new VeraConfig { InitialD = 1e308 }, "initial d is 1E+308" },
        { new OftConfig { Epsilon = double.PositiveInfinity }, "eps Infinity" },
        { new LidbConfig { Rank = 51 }, "rank 51" },
        { new OrthogonalAdaptationConfig { Concept = -1 }, "concept is -1" },
    };

    public static TheoryData<AdapterConfig, string> RefusedOnLayer => new()
    {
        { new LoraConfig { Rank = 33 }, "rank 33" },
        { new SpectralAConfig { Columns = ColumnSelection.Top(33) }, "top:33" },
        { new SpectralRConfig { Columns = ColumnSelection.Block(4, 8) }, "block:4:8" },
        { new OftConfig { BlockSize = 10 }, "10 does not divide" },
        { new OftConfig { BlockSize = 64 }, "64" },
        { new LidbConfig { DownSize = 33, UpSize = 2 }, "33" },
        { new OrthogonalAdaptationConfig { Concept = 1 }, "64 orthonormal rows" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Settings_out_of_range_are_refused_with_their_value(AdapterConfig config, string part)
    {
        var error = Assert.Throws<ArgumentException>(config.Validate);
        Assert.Contains(part, error.Message);
        Assert.StartsWith(config.Method, error.Message);
    }

    [Theory]
    [MemberData(nameof(RefusedOnLayer))]
    public void Settings_that_do_not_fit_a_layer_are_refused_with_its_name(AdapterConfig config, string part)
    {
        config.Validate();
        var error = Assert.Throws<ArgumentException>(() => config.Validate("layers.0.q_proj", 48, 32));
        Assert.Contains(part, error.Message);
        Assert.Contains("layers.0.q_proj", error.Message);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Json_gives_the_same_settings_back(string method)
    {
        var config = AdapterRegistry.Find(method).Default;
        config = config is FullConfig ? config
            : config is HeadOnlyConfig ? config with { ModulesToSave = ["head"] }
            : config with { TargetModules = TargetModules.Named("q_proj"), ModulesToSave = ["head"], ParameterType = ScalarType.BFloat16 };
        var json = config.ToJson();
        var read = AdapterConfig.FromJson(json);
        Assert.IsType(config.GetType(), read);
        Assert.Equal(json, read.ToJson());
        Assert.StartsWith($"{{\n  \"method\": \"{method}\"", json);
    }

    [Theory]
    [InlineData("""{ "method": "lora", "ranks": 4 }""", "ranks")]
    [InlineData("""{ "method": "spectral-a", "alpha": 4 }""", "alpha")]
    [InlineData("""{ "method": "lora", "rank": "four" }""", "rank")]
    [InlineData("""{ "method": "lora", "scaling": "linear" }""", "scaling")]
    [InlineData("""{ "rank": 4 }""", "method")]
    [InlineData("""{ "method": "spectral-a", "columns": "first:4" }""", "first:4")]
    [InlineData("""{ "method": "lora", "parameter_type": "int8" }""", "int8")]
    public void Json_that_does_not_fit_is_refused_with_the_setting(string json, string part)
    {
        var error = Assert.Throws<JsonException>(() => AdapterConfig.FromJson(json));
        Assert.Contains(part, error.Message);
    }

    [Fact]
    public void An_unknown_method_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<ArgumentException>(() => AdapterRegistry.Find("prefix"));
        Assert.Contains("'prefix'", error.Message);
        Assert.Contains("spectral-a", error.Message);
    }

    [Fact]
    public void Patterns_set_ranks_and_alphas_of_single_layers()
    {
        var config = new LoraConfig
        {
            Rank = 4,
            Alpha = 8,
            RankPattern = new Dictionary<string, long> { [@"layers\.0\.q_proj"] = 2, ["k_proj"] = 6 },
            AlphaPattern = new Dictionary<string, double> { ["k_proj"] = 3 },
        };
        Assert.Equal((2L, 8.0), RankAndAlpha(config, "model.layers.0.q_proj"));
        Assert.Equal((6L, 3.0), RankAndAlpha(config, "model.layers.1.k_proj"));
        Assert.Equal((4L, 8.0), RankAndAlpha(config, "model.layers.10.q_proj"));
    }

    private static (long Rank, double Alpha) RankAndAlpha(LoraConfig config, string layer)
    {
        var own = (LoraConfig)config.ForLayer(layer);
        return (own.Rank, own.Alpha);
    }
}
