using System.Globalization;
using ModelZoo.Checkpoints;
using ModelZoo.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Checkpoints;

/// <summary>A checkpoint of Llama 3's true size, sixteen gigabytes of holes: what opening and reading cost in memory and reads.</summary>
public sealed class SparseCheckpointTests
{
    private const long MostMemory = 50_000_000;
    private const string Projection = "model.layers.17.mlp.down_proj.weight";

    [LinuxFact]
    public void Opening_costs_no_memory_and_reading_a_tensor_touches_its_own_bytes_alone()
    {
        using var folder = new TemporaryFolder();
        var shapes = DecoderShapes.Of(DecoderConfig.Llama3_8B);
        ShardedFolder.WriteSparse(folder.Root, shapes, shards: 4);
        var length = Directory.GetFiles(folder.Root).Sum(path => new FileInfo(path).Length);
        Assert.InRange(length, 2 * DecoderShapes.ParameterCount(DecoderConfig.Llama3_8B), long.MaxValue);

        // The library itself takes more than a hundred megabytes on first use.
        torch.zeros(1).Dispose();
        var (memory, read) = (Status("status", "VmRSS:") * 1024, BytesRead());
        using var file = ModelCheckpoint.OpenWeights(folder.Root);
        ModelCheckpoint.Check(file, shapes, isIgnored: _ => false, optional: []);
        Assert.InRange(Status("status", "VmRSS:") * 1024 - memory, long.MinValue, MostMemory);

        // The headers of four shards.
        Assert.InRange(BytesRead() - read, 1, 1_000_000);

        read = BytesRead();
        using var tensor = file.Read(Projection);
        var bytes = tensor.numel() * tensor.ElementSize;

        Assert.Equal(2 * 4096 * 14_336, bytes);
        Assert.Equal(ScalarType.BFloat16, tensor.dtype);
        Assert.InRange(BytesRead() - read, bytes, bytes + 100_000);
        Assert.InRange(Status("status", "VmRSS:") * 1024 - memory, long.MinValue, bytes + MostMemory);
    }

    // What this process asked files for, holes and cached pages included.
    private static long BytesRead() => Status("io", "rchar:");

    private static long Status(string file, string key)
    {
        var line = File.ReadLines($"/proc/self/{file}").First(line => line.StartsWith(key, StringComparison.Ordinal));
        return long.Parse(line[key.Length..].Replace("kB", ""), CultureInfo.InvariantCulture);
    }
}
