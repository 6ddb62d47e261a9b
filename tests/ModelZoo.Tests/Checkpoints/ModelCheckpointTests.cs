using ModelZoo.Checkpoints;
using ModelZoo.Deberta;
using SpectralAdapters.Files;
using SpectralExperiments.Tests.ModelZoo.Deberta;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Checkpoints;

public sealed class ModelCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_model_comes_back_bit_for_bit()
    {
        using var model = DebertaModels.Create(seed: 1, DebertaModels.Tiny with { NumLabels = 3, HiddenDropout = 0.2 });
        model.Save(_folder.Root);

        using var loaded = Load();

        Assert.Equal(model.Config, loaded.Config);
        foreach (var (name, parameter) in model.named_parameters())
        {
            Assert.Equal(parameter.bytes.ToArray(), loaded.get_parameter(name)!.bytes.ToArray());
        }
    }

    [Theory]
    [InlineData("config.json", "model.safetensors")]
    [InlineData("model.safetensors", "config.json")]
    public void Both_files_are_replaced_or_neither(string blocked, string other)
    {
        using var model = DebertaModels.Create(seed: 1);
        // A folder of the file's name cannot be replaced by a file.
        Directory.CreateDirectory(_folder.File(blocked, "inside"));
        _folder.Write(other, "old");
        var error = Record.Exception(() => model.Save(_folder.Root));
        Assert.True(error is IOException or UnauthorizedAccessException, $"{error}");
        Assert.Equal("old", File.ReadAllText(_folder.File(other)));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Root).Length);
    }

    [Fact]
    public void A_bfloat16_file_gives_a_float32_model_with_rounded_weights()
    {
        using var model = DebertaModels.Create(seed: 2);
        model.Save(_folder.Root, ScalarType.BFloat16);
        using (var file = SafetensorsFile.Open(_folder.File("model.safetensors")))
        {
            Assert.All(file.Names, name => Assert.Equal(ScalarType.BFloat16, file.Dtype(name)));
        }

        using var loaded = Load();

        foreach (var (name, parameter) in model.named_parameters())
        {
            var found = loaded.get_parameter(name)!;
            Assert.Equal(ScalarType.Float32, found.dtype);
            Assert.Equal(TensorAssert.Values(parameter.to_type(ScalarType.BFloat16)), TensorAssert.Values(found));
        }
    }

    [Fact]
    public void A_pretrained_file_gets_a_random_head_and_its_pretraining_heads_are_ignored()
    {
        using var model = DebertaModels.Create(seed: 3);
        model.Save(_folder.Root);
        Change(tensors =>
        {
            Remove(tensors, "pooler.", "classifier.");
            tensors["lm_predictions.lm_head.bias"] = torch.zeros(50);
            tensors["mask_predictions.dense.weight"] = torch.zeros(24, 24);
        });

        using var first = Load(seed: 5, labels: 4);
        using var second = Load(seed: 5, labels: 4);
        using var third = Load(seed: 6, labels: 4);

        const string pooler = "pooler.dense.weight";
        Assert.Equal([4L, 24L], first.get_parameter("classifier.weight")!.shape);
        Assert.Equal(TensorAssert.Values(first.get_parameter(pooler)!), TensorAssert.Values(second.get_parameter(pooler)!));
        Assert.NotEqual(TensorAssert.Values(first.get_parameter(pooler)!), TensorAssert.Values(third.get_parameter(pooler)!));
        Assert.All(TensorAssert.Values(first.get_parameter("classifier.bias")!), value => Assert.Equal(0, value));
        const string encoder = "deberta.encoder.layer.1.output.dense.weight";
        Assert.Equal(TensorAssert.Values(model.get_parameter(encoder)!), TensorAssert.Values(first.get_parameter(encoder)!));
    }

    [Fact]
    public void A_missing_key_an_unexpected_key_and_a_wrong_shape_are_all_named()
    {
        using var model = DebertaModels.Create(seed: 4);
        model.Save(_folder.Root);
        Change(tensors =>
        {
            Remove(tensors, "deberta.encoder.LayerNorm.weight");
            tensors["deberta.encoder.conv.weight"] = torch.zeros(2, 3);
            tensors["deberta.embeddings.LayerNorm.bias"] = torch.zeros(25);
        });

        var error = Assert.Throws<InvalidDataException>(() => Load());

        Assert.StartsWith(_folder.File("model.safetensors"), error.Message);
        Assert.Contains("'deberta.encoder.LayerNorm.weight': found nothing, expected shape [24]", error.Message);
        Assert.Contains("'deberta.encoder.conv.weight': found shape [2, 3], expected no such key", error.Message);
        Assert.Contains("'deberta.embeddings.LayerNorm.bias': found shape [25], expected [24]", error.Message);
    }

    [Fact]
    public void Another_number_of_labels_than_the_file_has_is_refused()
    {
        using var model = DebertaModels.Create(seed: 4);
        model.Save(_folder.Root);

        Assert.Contains("'classifier.weight': found shape [2, 24], expected [3, 24]",
            Assert.Throws<InvalidDataException>(() => Load(labels: 3)).Message);
    }

    [Fact]
    public void A_folder_without_config_or_weights_is_named()
    {
        Assert.Contains(_folder.File("config.json"), Assert.Throws<FileNotFoundException>(() => Load()).Message);
        File.WriteAllText(_folder.File("config.json"), DebertaConfigJson.Write(DebertaModels.Tiny));

        var error = Assert.Throws<FileNotFoundException>(() => Load());

        Assert.Contains(_folder.Root, error.Message);
        Assert.Contains("pytorch_model.bin", error.Message);
    }

    [Fact]
    public void A_pytorch_file_is_read_where_there_is_no_safetensors_file()
    {
        File.Copy(RepositoryPaths.Fixture("checkpoints", "module_state_dict.bin"), _folder.File("pytorch_model.bin"));
        var expected = new Dictionary<string, long[]> { ["0.weight"] = [2, 3], ["0.bias"] = [2], ["head.bias"] = [7] };
        var parameters = new Dictionary<string, Tensor>
        {
            ["0.weight"] = torch.zeros([2, 3], ScalarType.Float64),
            ["0.bias"] = torch.ones(2),
        };

        using var file = ModelCheckpoint.OpenWeights(_folder.Root);
        var missing = ModelCheckpoint.Check(file, expected, name => name.StartsWith("1.", StringComparison.Ordinal), optional: ["head."]);
        ModelCheckpoint.Copy(file, parameters);

        Assert.Equal(["head.bias"], missing);
        Assert.Equal([-1, -0.75, -0.5, -0.25, 0, 0.25], TensorAssert.Values(parameters["0.weight"]));
        Assert.Equal([-1, -0.75], TensorAssert.Values(parameters["0.bias"]));
    }

    [Theory]
    [InlineData("\"hidden_size\": 24", "\"hidden_size\": \"24\"", "key 'hidden_size': found \"24\", expected an integer")]
    [InlineData("\"hidden_size\": 24", "\"width\": 24", "key 'hidden_size': found nothing, expected an integer")]
    [InlineData("\"hidden_size\": 24", "\"hidden_size\": 25", "HiddenSize: found 25, expected a multiple of 3 heads")]
    [InlineData("\"share_att_key\": true", "\"share_att_key\": false", "key 'share_att_key': found false, expected true")]
    [InlineData("\"model_type\": \"deberta-v2\"", "\"model_type\": \"bert\"", "key 'model_type': found \"bert\", expected \"deberta-v2\"")]
    [InlineData("\"pos_att_type\": \"p2c|c2p\"", "\"pos_att_type\": [\"c2p\"]",
        "key 'pos_att_type': found [\"c2p\"], expected p2c and c2p")]
    [InlineData("\"type_vocab_size\": 0", "\"type_vocab_size\": 2", "key 'type_vocab_size': found 2, expected 0")]
    [InlineData("{", "[", "not JSON")]
    public void A_configuration_that_is_no_DeBERTaV3_is_refused(string original, string changed, string message)
    {
        var text = DebertaConfigJson.Write(DebertaModels.Tiny);
        Assert.Contains(original, text);
        var path = _folder.File("config.json");
        File.WriteAllText(path, text.Replace(original, changed));

        var error = Assert.Throws<InvalidDataException>(() => Load());

        Assert.StartsWith(path, error.Message);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void The_number_of_labels_is_read_from_id2label_too()
    {
        var path = _folder.File("config.json");
        File.WriteAllText(path, DebertaConfigJson.Write(DebertaModels.Tiny)
            .Replace("\"num_labels\": 2", "\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}")
            .Replace("\"p2c|c2p\"", "[\"p2c\", \"c2p\"]"));

        Assert.Equal(3, DebertaConfigJson.Read(path).NumLabels);
    }

    private DebertaForSequenceClassification Load(ulong seed = 0, int? labels = null)
    {
        using var generator = new Generator(seed);
        return DebertaForSequenceClassification.Load(_folder.Root, generator, labels);
    }

    private void Change(Action<Dictionary<string, Tensor>> change)
    {
        var path = _folder.File("model.safetensors");
        var tensors = SafetensorsFile.ReadAll(path);
        change(tensors);
        SafetensorsWriter.Write(path, tensors);
    }

    private static void Remove(Dictionary<string, Tensor> tensors, params string[] prefixes)
    {
        foreach (var name in tensors.Keys.Where(key => prefixes.Any(key.StartsWith)).ToList())
        {
            tensors.Remove(name);
        }
    }
}
