using System.Text.Json;
using ModelZoo.Decoder;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

public sealed class DecoderShapesTests
{
    private const string Llama = "llama/state_dict_Meta-Llama-3-8B.json";
    private const string Mistral = "mistral/state_dict_Mistral-7B-v0.1.json";

    [Theory]
    [InlineData(Llama, 8_030_261_248)]
    [InlineData(Mistral, 7_241_732_096)]
    public void A_published_model_has_its_names_and_shapes(string fixture, long parameters)
    {
        using var json = Fixture(fixture);
        var expected = json.RootElement.GetProperty("tensors").EnumerateObject()
            .Select(pair => $"{pair.Name} {string.Join(", ", pair.Value.EnumerateArray().Select(size => size.GetInt64()))}");

        var found = DecoderShapes.Of(Preset(fixture)).Select(pair => $"{pair.Key} {string.Join(", ", pair.Value)}");

        Assert.Equal(expected, found);
        Assert.Equal(291, found.Count());
        Assert.Equal(parameters, DecoderShapes.ParameterCount(Preset(fixture)));
        Assert.Equal(parameters, json.RootElement.GetProperty("parameters").GetInt64());
    }

    [Theory]
    [InlineData(Llama)]
    [InlineData(Mistral)]
    public void A_preset_is_the_published_configuration(string fixture)
    {
        using var json = Fixture(fixture);
        using var folder = new TemporaryFolder();
        var path = folder.File("config.json");
        File.WriteAllText(path, json.RootElement.GetProperty("config").GetRawText());

        Assert.Equal(Preset(fixture), DecoderConfigJson.Read(path));
    }

    [Fact]
    public void A_tied_head_is_counted_once()
    {
        var tied = DecoderConfig.SmolLm2_135M;

        Assert.Equal(134_515_008, DecoderShapes.ParameterCount(tied));
        Assert.DoesNotContain("lm_head.weight", DecoderShapes.Of(tied).Keys);
        Assert.Equal(134_515_008 + (49_152 * 576), DecoderShapes.ParameterCount(tied with { TieWordEmbeddings = false }));
    }

    [Fact]
    public void Heads_may_be_wider_than_the_hidden_state_divides()
    {
        var shapes = DecoderShapes.Of(DecoderConfig.SmolLm2_135M with { HeadDim = 80 });

        Assert.Equal([720, 576], shapes["model.layers.0.self_attn.q_proj.weight"]);
        Assert.Equal([240, 576], shapes["model.layers.0.self_attn.v_proj.weight"]);
        Assert.Equal([576, 720], shapes["model.layers.0.self_attn.o_proj.weight"]);
    }

    private static DecoderConfig Preset(string fixture) => fixture == Llama ? DecoderConfig.Llama3_8B : DecoderConfig.Mistral7B;

    private static JsonDocument Fixture(string path) => JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture(path)));
}
