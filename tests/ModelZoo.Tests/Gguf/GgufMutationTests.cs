using ModelZoo.Checkpoints;
using Xunit.Abstractions;

namespace SpectralExperiments.Tests.ModelZoo.Gguf;

/// <summary>Mutated GGUF files: each is refused by its name, or has what <see cref="PlainGguf"/> finds in it.</summary>
public sealed class GgufMutationTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 18_001;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mutated_files_are_refused_or_read_right() => Check(200);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutated_files_are_refused_or_read_right() => Check(10_000);

    private void Check(int count) => MutatedInputs.Check("gguf", count, Seed, Case, output.WriteLine);

    private MutatedCase Case(Random random)
    {
        var path = _folder.File("m.gguf");
        var (length, source) = GgufModels.CreateTiny().Build();
        var (what, bytes) = random.Next(4) switch
        {
            0 => ("bytes", Mutate.Bytes(source, random)),
            1 => ("bytes of the header", (byte[])[.. Mutate.Bytes(source[..length], random), .. source[length..]]),
            2 => ("a number of the header", WithNumber(source, length, random)),
            _ => Described(random),
        };
        File.WriteAllBytes(path, bytes);
        return new MutatedCase(what, [path], () =>
        {
            using var file = GgufFile.Open(path);
            return GgufComparison.IsRight(file, PlainGguf.Read(bytes));
        });
    }

    // One bit, so that the rest of the header keeps its meaning.
    private static byte[] WithNumber(byte[] source, int length, Random random)
    {
        source[random.Next(length)] ^= (byte)(1 << random.Next(8));
        return source;
    }

    private static (string What, byte[] Bytes) Described(Random random)
    {
        var builder = GgufModels.CreateTiny();
        var what = new List<string>();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var k = random.Next(builder.Tensors.Count);
            var tensor = builder.Tensors[k];
            var pair = builder.Metadata[random.Next(builder.Metadata.Count)];
            var kind = random.Next(9);
            what.Add($"{kind} {tensor.Name} {pair.Key}");
            switch (kind)
            {
                case 0:
                    builder.Tensors[k] = tensor with { Type = (uint)random.Next(0, 31) };
                    break;
                case 1:
                    builder.Tensors[k] = tensor with { Sizes = [.. tensor.Sizes.Reverse()] };
                    break;
                case 2:
                    builder.Tensors[k] = tensor with { Offset = (ulong)random.Next(0, 4000) / 16 * 16 };
                    break;
                case 3:
                    builder.Tensors[k] = tensor with { Name = Mutate.Text(tensor.Name, random) };
                    break;
                case 4:
                    builder.Tensors.RemoveAt(k);
                    break;
                case 5:
                    (builder.Tensors[k], builder.Tensors[0]) = (builder.Tensors[0], tensor);
                    break;
                case 6:
                    object?[] values = [null, 0u, 1u, 2, 8ul, 32u, 1e-6f, -1, float.NaN, "none", true, new[] { 1 }, 1e-5, 500_000f];
                    builder.With(pair.Key, values[random.Next(values.Length)]);
                    break;
                case 7:
                    string[] keys = ["llama.rope.scaling.factor", "llama.rope.scaling.type", "llama.unknown", "general.unknown", "other.x"];
                    builder.With(keys[random.Next(keys.Length)], random.Next(2) == 0 ? 1f : "none");
                    break;
                default:
                    builder.Alignment = 1 << random.Next(2, 8);
                    builder.With("general.alignment", random.Next(4) == 0 ? null : (uint)builder.Alignment);
                    break;
            }
        }

        return (string.Join("; ", what), builder.Build().File);
    }
}
