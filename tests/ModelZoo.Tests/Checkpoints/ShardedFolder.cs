using System.Text;
using System.Text.Json.Nodes;
using SpectralAdapters.Files;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Checkpoints;

/// <summary>Writes weights in shards with their index, as transformers does.</summary>
internal static class ShardedFolder
{
    public const string Index = "model.safetensors.index.json";

    public static string ShardName(int shard, int shards) => $"model-{shard + 1:00000}-of-{shards:00000}.safetensors";

    /// <summary>Writes tensors, dealt to the shards in turn.</summary>
    public static void Write(string folder, IReadOnlyDictionary<string, Tensor> tensors, int shards)
    {
        foreach (var shard in tensors.Index().GroupBy(pair => pair.Index % shards, pair => pair.Item))
        {
            SafetensorsWriter.Write(Path.Combine(folder, ShardName(shard.Key, shards)), shard.ToDictionary());
        }

        var size = tensors.Values.Sum(tensor => tensor.numel() * tensor.ElementSize);
        var map = tensors.Keys.Index().Select(pair => KeyValuePair.Create(pair.Item, ShardName(pair.Index % shards, shards)));
        WriteIndex(folder, map, size);
    }

    /// <summary>Writes shards of bfloat16 zeros that take no space on disk.</summary>
    public static void WriteSparse(string folder, IReadOnlyDictionary<string, long[]> shapes, int shards)
    {
        // Runs of tensors, as in published checkpoints.
        var perShard = (shapes.Count + shards - 1) / shards;
        foreach (var (shard, tensors) in shapes.Chunk(perShard).Index())
        {
            var header = new JsonObject();
            long end = 0;
            foreach (var (name, shape) in tensors)
            {
                var begin = end;
                end += 2 * Count(shape);
                header[name] = new JsonObject
                {
                    ["dtype"] = "BF16",
                    ["shape"] = new JsonArray([.. shape.Select(size => JsonValue.Create(size))]),
                    ["data_offsets"] = new JsonArray(begin, end),
                };
            }

            var json = Encoding.UTF8.GetBytes(header.ToJsonString());
            using var file = File.Create(Path.Combine(folder, ShardName(shard, shards)));
            file.Write(BitConverter.GetBytes((long)json.Length));
            file.Write(json);
            file.SetLength(8 + json.Length + end);
        }

        var map = shapes.Keys.Index().Select(pair => KeyValuePair.Create(pair.Item, ShardName(pair.Index / perShard, shards)));
        WriteIndex(folder, map, 2 * shapes.Values.Sum(Count));
    }

    public static void WriteIndex(string folder, IEnumerable<KeyValuePair<string, string>> map, long totalSize)
    {
        var index = new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = totalSize },
            ["weight_map"] = new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        };
        File.WriteAllText(Path.Combine(folder, Index), index.ToJsonString());
    }

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
