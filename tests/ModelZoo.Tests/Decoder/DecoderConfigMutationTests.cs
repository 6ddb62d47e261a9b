using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ModelZoo.Decoder;
using Xunit.Abstractions;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>Mutated config.json: refused by the file's name, or read as a second reading of the text understands it.</summary>
public sealed class DecoderConfigMutationTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 18_002;

    // The keys that transformers' model looks up beside the sizes, with the values that ours computes with; null: absent or null.
    private static readonly Dictionary<string, string?[]> Fixed = new()
    {
        ["model_type"] = ["\"mistral\""], ["hidden_act"] = ["\"silu\"", null], ["attention_bias"] = ["false", null],
        ["mlp_bias"] = ["false", null], ["attention_dropout"] = ["0", "0.0", null], ["partial_rotary_factor"] = ["1", "1.0", null],
        ["quantization_config"] = ["{}", "[]", null], ["pruned_heads"] = ["{}", "[]", null], ["layer_types"] = ["{}", "[]", null],
    };

    private readonly DecoderFolder _folder = DecoderFolder.Sliding;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mutated_configurations_are_refused_or_read_right() => Check(200);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutated_configurations_are_refused_or_read_right() => Check(10_000);

    private void Check(int count)
    {
        _folder.With("rope_scaling", "{\"rope_type\": \"default\"}").With("rope_parameters", "{\"rope_theta\": 10000.0}")
            .With("head_dim", "16").With("transformers_version", "\"4.38.0\"").With("attention_bias", "false");
        var source = File.ReadAllBytes(_folder.Config);
        MutatedInputs.Check("decoder-config", count, Seed, Case, output.WriteLine);

        MutatedCase Case(Random random)
        {
            var text = Mutate.Json(source, random);
            File.WriteAllBytes(_folder.Config, text);
            return new MutatedCase(Encoding.UTF8.GetString(text), [_folder.Config, _folder.Weights], () => IsRight(text));
        }
    }

    private bool IsRight(byte[] text)
    {
        using var checkpoint = DecoderCheckpoint.Open(_folder.Root);
        var json = JsonNode.Parse(text)!.AsObject();
        var theta = new[] { json["rope_theta"], Inner("rope_scaling", "rope_theta"), Inner("rope_parameters", "rope_theta") }
            .Where(node => node is not null).Select(node => Number(node!)).DefaultIfEmpty(10_000).Distinct().Single();
        var expected = new DecoderConfig
        {
            Family = DecoderFamily.Mistral, VocabSize = Whole("vocab_size")!.Value, HiddenSize = Whole("hidden_size")!.Value,
            IntermediateSize = Whole("intermediate_size")!.Value, NumHiddenLayers = Whole("num_hidden_layers")!.Value,
            NumAttentionHeads = Whole("num_attention_heads")!.Value,
            NumKeyValueHeads = Whole("num_key_value_heads")
                ?? (json.ContainsKey("num_key_value_heads") ? Whole("num_attention_heads")!.Value : 8),
            HeadDim = Whole("head_dim") ?? (Whole("hidden_size")!.Value / Whole("num_attention_heads")!.Value),
            MaxPositionEmbeddings = Whole("max_position_embeddings")!.Value, RopeTheta = theta,
            RmsNormEps = json["rms_norm_eps"] is { } eps ? Number(eps) : 1e-6,
            TieWordEmbeddings = json["tie_word_embeddings"]?.GetValue<bool>() ?? false,
            SlidingWindow = Id("sliding_window", 4096), BosTokenId = Id("bos_token_id", 1), EosTokenId = Id("eos_token_id", 2),
            PadTokenId = Id("pad_token_id", null),
            InitializerRange = json["initializer_range"] is { } range ? Number(range) : 0.02,
        };
        return checkpoint.Config == expected
            && Fixed.All(key => key.Value.Contains(json[key.Key]?.ToJsonString()))
            && new[] { "rope_scaling", "rope_parameters" }.All(key => json[key] is not { } rope || rope.AsObject().All(item =>
                item.Key == "rope_theta" || (item.Key is "type" or "rope_type" && item.Value!.GetValue<string>() == "default")
                    || (item.Key == "partial_rotary_factor" && Number(item.Value!) == 1)));

        JsonNode? Inner(string key, string name) => json[key] is JsonObject inner ? inner[name] : null;

        int? Id(string key, int? absent) => json.ContainsKey(key) ? Whole(key) : absent;

        int? Whole(string key) => json[key] is { } value ? int.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);
}
