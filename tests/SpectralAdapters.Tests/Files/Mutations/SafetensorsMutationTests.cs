using System.Text;
using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Mutations;

/// <summary>Damaged safetensors files: refused with their name, or read as the format says.</summary>
public sealed class SafetensorsMutationTests : IDisposable
{
    private const string FileName = "mutated.safetensors";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_file_is_refused_or_read_as_the_format_says() => MutatedInputs.Check("safetensors", 250, 1, Case);

    [Fact]
    [Trait("Category", "Slow")]
    public void Ten_thousand_damaged_files_are_refused_or_read_as_the_format_says() =>
        MutatedInputs.Check("safetensors", 10_000, 100_000, Case);

    private MutatedCase Case(Random random)
    {
        var source = Source();
        var length = 8 + (int)BitConverter.ToInt64(source);
        byte[] mutated;
        if (random.Next(2) == 0)
        {
            mutated = Mutate.Bytes(source, random);
        }
        else
        {
            var json = Mutate.Json(source.AsSpan(8, length - 8), random);
            mutated = [.. BitConverter.GetBytes((long)json.Length), .. json, .. source[length..]];
        }

        File.WriteAllBytes(_folder.File(FileName), mutated);
        var description = Encoding.Latin1.GetString(mutated.AsSpan(0, Math.Min(mutated.Length, 400)));
        return new MutatedCase(description, [FileName], () => Reads(mutated));
    }

    private bool Reads(byte[] mutated)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(_folder.File(FileName));
        if (SafetensorsOracle.Read(mutated) is not { } oracle || !oracle.Tensors.Keys.ToHashSet().SetEquals(file.Names))
        {
            return false;
        }

        foreach (var (name, (_, shape, data)) in oracle.Tensors)
        {
            if (!file.Shape(name).SequenceEqual(shape))
            {
                return false;
            }

            if (oracle.Type(name) is not { } type)
            {
                Assert.Contains($"tensor '{name}'", Assert.Throws<InvalidDataException>(() => file.Read(name)).Message);
                continue;
            }

            var read = file.Read(name);
            if (file.Dtype(name) != type || read.dtype != type
                || !read.shape.SequenceEqual(shape) || !data.AsSpan().SequenceEqual(Bytes(read)))
            {
                return false;
            }
        }

        return true;
    }

    private static byte[] Bytes(Tensor tensor) => tensor.numel() == 0 ? [] : tensor.bytes.ToArray();

    private static byte[] Source()
    {
        const string Header = """
            {"__metadata__":{"format":"pt","note":"é"},
            "w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"i":{"dtype":"I64","shape":[2],"data_offsets":[24,40]},
            "h":{"dtype":"F16","shape":[1,2,1],"data_offsets":[40,44]},"e":{"dtype":"BF16","shape":[0,4],"data_offsets":[44,44]},
            "q":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[44,47]},"b":{"dtype":"BOOL","shape":[],"data_offsets":[47,48]}}
            """;
        var json = Encoding.UTF8.GetBytes(Header);
        var data = Enumerable.Range(0, 48).Select(i => (byte)(i % 2)).ToArray();
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. data];
    }
}
