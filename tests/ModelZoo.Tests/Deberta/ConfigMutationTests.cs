using System.Text.Json.Nodes;
using ModelZoo.Deberta;
using TorchSharp;
using Xunit.Abstractions;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

/// <summary>Mutated config.json: refused by the file's name, or the model has the sizes that a second reading of the text gives.</summary>
public sealed class ConfigMutationTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 16_002;

    // Every key that transformers' model looks up, with the values that ours computes with; null: may be absent.
    private static readonly Dictionary<string, string?[]> Fixed = new()
    {
        ["model_type"] = ["\"deberta-v2\""], ["hidden_act"] = ["\"gelu\"", null], ["relative_attention"] = ["true"],
        ["share_att_key"] = ["true"], ["norm_rel_ebd"] = ["\"layer_norm\""], ["position_biased_input"] = ["false"],
        ["pos_att_type"] = ["\"p2c|c2p\"", "\"c2p|p2c\"", "[\"p2c\",\"c2p\"]", "[\"c2p\",\"p2c\"]", "[\"p2c|c2p\"]"],
        ["type_vocab_size"] = ["0", null], ["conv_kernel_size"] = ["0", null], ["pooler_hidden_act"] = ["\"gelu\"", null],
        ["attention_head_size"] = [null], ["embedding_size"] = [null], ["cls_dropout"] = [null],
    };

    private readonly DebertaFolder _folder = new(DebertaModels.Tiny with { NumLabels = 3 });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mutated_configurations_are_refused_or_read_right() => Check(200);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutated_configurations_are_refused_or_read_right() => Check(10_000);

    private void Check(int count)
    {
        var path = _folder.File(DebertaFolder.ConfigFile);
        _folder.With("num_labels", null).With("id2label", "{\"0\": \"LABEL_0\", \"1\": \"LABEL_1\", \"2\": \"LABEL_2\"}")
            .With("transformers_version", "\"4.38.0\"");
        var source = File.ReadAllBytes(path);
        MutatedInputs.Check("model-config", count, Seed, Case, output.WriteLine);

        MutatedCase Case(Random random)
        {
            var text = Mutate.Json(source, random);
            File.WriteAllBytes(path, text);
            return new MutatedCase(System.Text.Encoding.UTF8.GetString(text), [path, "model.safetensors"], () => IsRight(text));
        }
    }

    private bool IsRight(byte[] text)
    {
        using var scope = torch.NewDisposeScope();
        using var model = _folder.Load();
        var json = JsonNode.Parse(text)!.AsObject();
        var expected = new DebertaConfig
        {
            VocabSize = Whole("vocab_size"), HiddenSize = Whole("hidden_size"), IntermediateSize = Whole("intermediate_size"),
            NumHiddenLayers = Whole("num_hidden_layers"), NumAttentionHeads = Whole("num_attention_heads"),
            PositionBuckets = Whole("position_buckets"), MaxPositionEmbeddings = Whole("max_position_embeddings"),
            MaxRelativePositions = Whole("max_relative_positions", -1), PadTokenId = Whole("pad_token_id", 0), NumLabels = 3,
            HiddenDropout = Number("hidden_dropout_prob", 0.1), AttentionDropout = Number("attention_probs_dropout_prob", 0.1),
            PoolerDropout = Number("pooler_dropout", 0), LayerNormEps = Number("layer_norm_eps", 1e-7),
            InitializerRange = Number("initializer_range", 0.02),
        };
        return model.Config == expected
            && Fixed.All(key => key.Value.Contains(json[key.Key]?.ToJsonString()))
            && model.named_parameters().All(entry =>
                entry.parameter.bytes.SequenceEqual(_folder.Model.get_parameter(entry.name)!.bytes));

        int Whole(string key, int? absent = null) =>
            json[key] is { } value ? int.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : absent!.Value;

        double Number(string key, double absent) =>
            json[key] is { } value ? double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : absent;
    }
}
