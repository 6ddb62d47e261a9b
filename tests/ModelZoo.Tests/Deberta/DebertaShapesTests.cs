using System.Text.Json;
using ModelZoo.Deberta;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

public sealed class DebertaShapesTests
{
    [Fact]
    public void The_base_model_has_the_published_names_and_shapes()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("deberta", "state_dict_deberta-v3-base.json")));
        var expected = json.RootElement.GetProperty("tensors").EnumerateObject()
            .ToDictionary(pair => pair.Name, pair => string.Join(", ", pair.Value.EnumerateArray().Select(size => size.GetInt64())));

        var found = DebertaShapes.Of(DebertaConfig.V3Base).ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value));

        Assert.Equal(202, found.Count);
        Assert.Equal(expected, found);
        Assert.Equal(184_423_682, DebertaShapes.ParameterCount(DebertaConfig.V3Base));
        Assert.Equal(json.RootElement.GetProperty("parameters").GetInt64(), DebertaShapes.ParameterCount(DebertaConfig.V3Base));
    }

    [Fact]
    public void The_base_preset_is_the_published_configuration()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("deberta", "state_dict_deberta-v3-base.json")));
        using var folder = new TemporaryFolder();
        var path = folder.File("config.json");
        File.WriteAllText(path, json.RootElement.GetProperty("config").GetRawText());

        Assert.Equal(DebertaConfig.V3Base, DebertaConfigJson.Read(path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_model_has_exactly_the_state_dict_that_its_sizes_give(int labels)
    {
        var config = DebertaModels.Tiny with { NumLabels = labels };
        using var generator = new Generator(1);
        using var model = new DebertaForSequenceClassification(config, generator);

        var found = model.state_dict().ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value.shape));

        Assert.Equal(DebertaShapes.Of(config).ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value)), found);
    }

    [Fact]
    public void The_mini_model_fits_its_budget()
    {
        var parameters = DebertaShapes.ParameterCount(DebertaConfig.Mini(vocabSize: 8000));

        Assert.InRange(parameters, 4_000_000, 5_000_000);
    }
}
