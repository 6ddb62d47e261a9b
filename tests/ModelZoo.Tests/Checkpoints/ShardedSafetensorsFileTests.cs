using ModelZoo.Checkpoints;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Checkpoints;

public sealed class ShardedSafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly Dictionary<string, Tensor> _tensors;

    public ShardedSafetensorsFileTests()
    {
        _tensors = new[] { "a", "b", "c", "d", "e" }.Index()
            .ToDictionary(pair => pair.Item, pair => torch.arange(6, ScalarType.Float32).view(2, 3) + (10 * pair.Index));
        ShardedFolder.Write(_folder.Root, _tensors, shards: 2);
    }

    private string Index => _folder.File(ShardedFolder.Index);

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_tensor_is_read_from_its_shard()
    {
        using var file = ModelCheckpoint.OpenWeights(_folder.Root);

        Assert.Equal(_tensors.Keys, file.Names);
        foreach (var (name, expected) in _tensors)
        {
            Assert.Equal([2, 3], file.Shape(name));
            Assert.Equal(ScalarType.Float32, file.Dtype(name));
            Assert.Equal(expected.bytes.ToArray(), file.Read(name).bytes.ToArray());
        }
    }

    [Fact]
    public void A_single_file_comes_before_the_shards()
    {
        SafetensorsWriter.Write(_folder.File("model.safetensors"), new Dictionary<string, Tensor> { ["x"] = torch.zeros(1) });

        using var file = ModelCheckpoint.OpenWeights(_folder.Root);

        Assert.Equal(["x"], file.Names);
        Assert.Equal([_folder.File("model.safetensors")], ModelCheckpoint.WeightFiles(_folder.Root));
    }

    [Fact]
    public void The_files_of_weights_include_the_shards() =>
        Assert.Equal([Index, Shard(0), Shard(1)], ModelCheckpoint.WeightFiles(_folder.Root));

    [Fact]
    public void A_shard_is_opened_where_one_of_its_tensors_is_asked_for()
    {
        File.WriteAllText(Shard(1), "damaged");
        using var file = ModelCheckpoint.OpenWeights(_folder.Root);

        Assert.Equal(_tensors["c"].bytes.ToArray(), file.Read("c").bytes.ToArray());
        Assert.StartsWith(Shard(1), Assert.Throws<InvalidDataException>(() => file.Read("b")).Message);
    }

    [Fact]
    public void A_missing_shard_is_named_on_opening()
    {
        File.Delete(Shard(1));

        var error = Assert.Throws<FileNotFoundException>(() => ModelCheckpoint.OpenWeights(_folder.Root));

        Assert.StartsWith(Index, error.Message);
        Assert.Contains("found no model-00002-of-00002.safetensors", error.Message);
    }

    [Fact]
    public void A_shard_of_another_model_is_refused()
    {
        SafetensorsWriter.Write(Shard(1), new Dictionary<string, Tensor> { ["other"] = torch.zeros(1) });

        Assert.Contains($"tensor 'b': found no such tensor in {Shard(1)}", Refused("b"));
    }

    [Fact]
    public void A_tensor_that_the_shard_lacks_is_named()
    {
        Change(1, tensors => tensors.Remove("d"));

        Assert.StartsWith($"{Index}: tensor 'd': found no such tensor in {Shard(1)}", Refused("b"));
    }

    [Fact]
    public void A_tensor_that_the_index_does_not_list_is_named()
    {
        Change(1, tensors => tensors["f"] = torch.zeros(1));

        Assert.StartsWith($"{Shard(1)}: tensor 'f': found a tensor that {Index} does not list", Refused("b"));
    }

    [Fact]
    public void A_tensor_in_two_shards_is_named()
    {
        Change(1, tensors => tensors["a"] = torch.zeros(1));

        Assert.StartsWith($"{Shard(1)}: tensor 'a': found in two shards, expected in model-00001-of-00002.safetensors", Refused("b"));
    }

    [Fact]
    public void A_total_size_that_differs_is_refused_with_the_last_shard()
    {
        ReplaceInIndex("120", "121");
        using var file = ModelCheckpoint.OpenWeights(_folder.Root);
        file.Read("a");

        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.Equal(
                $"{Index}: key 'total_size': found 121, expected 120, the bytes of all tensors.",
                Assert.Throws<InvalidDataException>(() => file.Read("b")).Message);
        }
    }

    [Theory]
    [InlineData("\"total_size\":120", "\"total_size\":120.0")]
    [InlineData("\"total_size\":120", "\"total_parameters\":30")]
    [InlineData("\"metadata\"", "\"other\"")]
    public void A_total_size_may_be_written_in_floating_point_or_be_absent(string original, string changed)
    {
        ReplaceInIndex(original, changed);
        using var file = ModelCheckpoint.OpenWeights(_folder.Root);

        Assert.All(_tensors.Keys, name => file.Read(name).Dispose());
    }

    [Theory]
    [InlineData("\"metadata\":{\"total_size\":120}", "\"metadata\":[120]", "'metadata'")]
    [InlineData("\"total_size\":120", "\"total_size\":\"120\"", "total_size")]
    [InlineData("\"weight_map\"", "\"weights\"", "'weight_map'")]
    [InlineData("\"a\":\"model-00001-of-00002.safetensors\"", "\"a\":1", "'weight_map': 'a': found 1")]
    [InlineData("\"a\":\"", "\"a\":\"../", "'weight_map': 'a': found \"../")]
    [InlineData("\"a\":\"", "\"b\":\"", "'b': found twice")]
    [InlineData("{\"metadata\"", "[\"metadata\"", "not JSON")]
    public void A_damaged_index_is_refused(string original, string changed, string message)
    {
        ReplaceInIndex(original, changed);

        var error = Assert.Throws<InvalidDataException>(() => ModelCheckpoint.OpenWeights(_folder.Root)).Message;

        Assert.StartsWith(Index, error);
        Assert.Contains(message, error);
    }

    [Fact]
    public void A_tensor_of_another_name_is_not_found()
    {
        using var file = ModelCheckpoint.OpenWeights(_folder.Root);

        Assert.False(file.Contains("f"));
        Assert.Contains("tensor 'f'", Assert.Throws<KeyNotFoundException>(() => file.Read("f")).Message);
    }

    private string Shard(int shard) => _folder.File(ShardedFolder.ShardName(shard, 2));

    private void Change(int shard, Action<Dictionary<string, Tensor>> change)
    {
        var tensors = SafetensorsFile.ReadAll(Shard(shard));
        change(tensors);
        SafetensorsWriter.Write(Shard(shard), tensors);
    }

    private void ReplaceInIndex(string original, string changed)
    {
        var text = File.ReadAllText(Index);
        Assert.Contains(original, text);
        File.WriteAllText(Index, text.Replace(original, changed));
    }

    private string Refused(string name)
    {
        using var file = ModelCheckpoint.OpenWeights(_folder.Root);
        return Assert.Throws<InvalidDataException>(() => file.Read(name)).Message;
    }
}
