using System.IO.Compression;
using ModelZoo.Checkpoints;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Checkpoints;

/// <summary>Mutated .bin files: each is refused by its name, or has the tensors that <see cref="PlainPickle"/> finds in it.</summary>
public sealed class PickleMutationTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 16_001;

    private static readonly string[] Fixtures =
        ["state_dict.bin", "state_dict_protocol4.bin", "state_dict_protocol5.bin", "module_state_dict.bin", "with_a_number.bin"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mutated_files_are_refused_or_read_right() => Check(200);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutated_files_are_refused_or_read_right() => Check(10_000);

    private void Check(int count) => MutatedInputs.Check("pickle", count, Seed, Case, output.WriteLine);

    private MutatedCase Case(Random random)
    {
        var (path, name) = (_folder.File("m.bin"), Fixtures[random.Next(Fixtures.Length)]);
        var (what, bytes) = random.Next(4) switch
        {
            0 => ($"{name}, archive", Mutate.Bytes(File.ReadAllBytes(RepositoryPaths.Fixture("checkpoints", name)), random)),
            1 => ($"{name}, a storage", Rewrite(name, "data/0", random)),
            2 => Described(random),
            _ => ($"{name}, pickle", Rewrite(name, "data.pkl", random)),
        };
        File.WriteAllBytes(path, bytes);
        return new MutatedCase(what, [path], () => IsRight(path));
    }

    private static byte[] Rewrite(string name, string changed, Random random)
    {
        using var memory = new MemoryStream();
        using (var input = ZipFile.OpenRead(RepositoryPaths.Fixture("checkpoints", name)))
        using (var target = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in input.Entries)
            {
                using var buffer = new MemoryStream();
                using (var stream = entry.Open())
                {
                    stream.CopyTo(buffer);
                }

                using var written = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                var isChanged = entry.FullName.EndsWith(changed, StringComparison.Ordinal);
                written.Write(isChanged ? Mutate.Bytes(buffer.ToArray(), random) : buffer.ToArray());
            }
        }

        return memory.ToArray();
    }

    /// <summary>A training checkpoint whose numbers of a view are drawn, some of them absurd.</summary>
    private (string What, byte[] Bytes) Described(Random random)
    {
        long[] sizes = [0, 1, 2, 3, 4, 7, -1, 1_000_000_000, 1L << 40, long.MaxValue, long.MinValue];
        long Draw() => random.Next(3) == 0 ? sizes[random.Next(sizes.Length)] : random.Next(4);
        var shape = Enumerable.Range(0, random.Next(4)).Select(_ => Draw()).ToArray();
        var view = TorchArchive.Float32(shape, [.. Enumerable.Range(0, 12).Select(i => i * 0.5f)]) with
        {
            Count = random.Next(4) == 0 ? Draw() : 12,
            Offset = Draw(),
            Strides = [.. Enumerable.Range(0, random.Next(6) == 0 ? random.Next(4) : shape.Length).Select(_ => Draw())],
        };
        string[] keys = ["state_dict", "model", "net", "epoch", "args"];
        object?[] values = [3, null, "x", new Dictionary<string, object?> { ["w"] = view }, TorchArchive.Parameter(view), view];
        var state = new Dictionary<string, object?> { ["weight"] = view, ["n"] = 1 };
        var root = new Dictionary<string, object?> { [keys[random.Next(3)]] = state };
        for (var k = random.Next(3); k > 0; k--)
        {
            root[keys[random.Next(keys.Length)]] = values[random.Next(values.Length)];
        }

        TorchArchive.Write(_folder.File("described.bin"), root);
        return ("a described view", File.ReadAllBytes(_folder.File("described.bin")));
    }

    private static bool IsRight(string path)
    {
        using var scope = torch.NewDisposeScope();
        using var file = TorchFile.Open(path);
        var read = file.Names.ToDictionary(name => name, name => file.Read(name).contiguous());
        var expected = PlainPickle.Tensors(path);

        // Every tensor of the file is read or named as unread, and each has the values that lie at its places.
        return read.Count > 0
            && read.All(pair => expected.Any(tensor => tensor.Name == pair.Key && Equal(pair.Value, tensor)))
            && expected.All(tensor => file.Contains(tensor.Name) || file.Unread.Keys.Any(tensor.Path.StartsWith));
    }

    private static bool Equal(Tensor read, PlainPickle.Tensor tensor) =>
        read.shape.SequenceEqual(tensor.Shape) && read.bytes.ToArray().AsSpan().SequenceEqual(tensor.Bytes());
}
