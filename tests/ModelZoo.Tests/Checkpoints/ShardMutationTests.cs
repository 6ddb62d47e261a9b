using System.Text;
using System.Text.Json.Nodes;
using ModelZoo.Checkpoints;
using SpectralAdapters.Files;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Checkpoints;

/// <summary>
/// Indices and shards that are changed: refused by the index or the shard, or every tensor is the one that lies in the shard which the text
/// of the index names for it, and in no other.
/// </summary>
public sealed class ShardMutationTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 18_003;
    private const int Shards = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    private string Index => _folder.File(ShardedFolder.Index);

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Mutated_indices_and_shards_are_refused_or_read_right() => Check(200);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutated_indices_and_shards_are_refused_or_read_right() => Check(10_000);

    private void Check(int count)
    {
        var tensors = Enumerable.Range(0, 7).ToDictionary(k => $"t{k}", k => torch.full(k + 1, k, ScalarType.Float32));
        ShardedFolder.Write(_folder.Root, tensors, Shards);
        var files = Directory.GetFiles(_folder.Root).ToDictionary(path => path, File.ReadAllBytes);
        MutatedInputs.Check("shards", count, Seed, Case, output.WriteLine);

        MutatedCase Case(Random random)
        {
            foreach (var (path, bytes) in files)
            {
                File.WriteAllBytes(path, bytes);
            }

            var index = files[Index];
            var what = "index";
            if (random.Next(3) > 0)
            {
                index = Mutate.Json(index, random);
            }

            if (random.Next(2) > 0)
            {
                what += $", {ChangeShard(random)}";
            }

            File.WriteAllBytes(Index, index);
            return new MutatedCase($"{what}: {Encoding.UTF8.GetString(index)}", [_folder.Root], () => IsRight(index));
        }
    }

    private string ChangeShard(Random random)
    {
        using var scope = torch.NewDisposeScope();
        var path = _folder.File(ShardedFolder.ShardName(random.Next(Shards), Shards));
        var tensors = SafetensorsFile.ReadAll(path);
        var kind = random.Next(5);
        switch (kind)
        {
            case 0:
                tensors.Remove(tensors.Keys.First());
                break;
            case 1:
                tensors[$"t{random.Next(9)}"] = torch.ones(random.Next(1, 4));
                break;
            case 2:
                File.Delete(path);
                return $"{kind} {path}";
            case 3:
                File.Copy(_folder.File(ShardedFolder.ShardName(random.Next(Shards), Shards)), path + "x");
                File.Move(path + "x", path, overwrite: true);
                return $"{kind} {path}";
            default:
                // Other values of the same size are another checkpoint that no index can tell.
                tensors[tensors.Keys.First()].add_(1);
                break;
        }

        SafetensorsWriter.Write(path, tensors);
        return $"{kind} {path}";
    }

    private bool IsRight(byte[] text)
    {
        using var scope = torch.NewDisposeScope();
        using var file = ModelCheckpoint.OpenWeights(_folder.Root);
        var read = file.Names.ToDictionary(name => name, name => file.Read(name));
        var json = JsonNode.Parse(text)!.AsObject();
        var map = json["weight_map"]!.AsObject();
        var shards = map.Select(pair => pair.Value!.GetValue<string>()).Distinct()
            .ToDictionary(shard => shard, shard => SafetensorsFile.ReadAll(_folder.File(shard)));
        var size = shards.Values.SelectMany(shard => shard.Values).Sum(tensor => tensor.numel() * tensor.ElementSize);
        return map.Select(pair => pair.Key).SequenceEqual(file.Names)
            && map.All(pair => shards.All(shard =>
                (shard.Key == pair.Value!.GetValue<string>()) == shard.Value.TryGetValue(pair.Key, out var tensor)
                    && (tensor is null || (tensor.dtype == read[pair.Key].dtype && tensor.shape.SequenceEqual(read[pair.Key].shape)
                        && tensor.bytes.SequenceEqual(read[pair.Key].bytes)))))
            && shards.Values.Sum(shard => shard.Count) == map.Count
            && (json["metadata"]?.AsObject()["total_size"] is not { } total || total.GetValue<double>() == size);
    }
}
