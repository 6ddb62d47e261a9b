using System.IO.Compression;
using ModelZoo.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Checkpoints;

/// <summary>Against files of torch.save (tests/fixtures/checkpoints/make_checkpoint_fixtures.py).</summary>
public sealed class TorchFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("state_dict.bin")]
    [InlineData("state_dict_protocol4.bin")]
    [InlineData("state_dict_protocol5.bin")]
    public void Reads_every_element_type_and_every_kind_of_view(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var file = TorchFile.Open(Fixture(name));

        Assert.Equal([4L, 6L], file.Shape("float32"));
        Assert.Equal(ScalarType.Float32, file.Dtype("float32"));
        var values = Numbers(24);
        Assert.Equal(values, TensorAssert.Values(file.Read("float32")));
        var transposed = file.Read("transposed");
        Assert.Equal([6L, 4L], transposed.shape);
        Assert.Equal(from column in Enumerable.Range(0, 6) from row in Enumerable.Range(0, 4) select values[(row * 6) + column],
            TensorAssert.Values(transposed));
        Assert.Equal(values[6..18], TensorAssert.Values(file.Read("rows")));
        Assert.Equal([2.5], TensorAssert.Values(file.Read("scalar")));
        Assert.Empty(file.Read("scalar").shape);
        Assert.Equal([0L, 3L], file.Read("empty").shape);
        foreach (var (key, dtype, count) in new[]
        {
            ("float64", ScalarType.Float64, 3), ("float16", ScalarType.Float16, 6), ("bfloat16", ScalarType.BFloat16, 6),
        })
        {
            Assert.Equal(dtype, file.Read(key).dtype);
            Assert.Equal(Numbers(count), TensorAssert.Values(file.Read(key)));
        }

        Assert.Equal([-5, Math.Pow(2, 40)], TensorAssert.Values(file.Read("int64")));
        Assert.Equal([-5, 7], TensorAssert.Values(file.Read("int32")));
        Assert.Equal([0, 255], TensorAssert.Values(file.Read("uint8")));
        Assert.Equal([1, 0, 1], TensorAssert.Values(file.Read("bool")));
    }

    [Fact]
    public void Reads_a_modules_state_dict_with_its_version_notes()
    {
        using var file = TorchFile.Open(Fixture("module_state_dict.bin"));

        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"], file.Names);
        using var weight = file.Read("0.weight");
        Assert.Equal(Numbers(6), TensorAssert.Values(weight));
    }

    [Fact]
    public void A_number_among_the_tensors_is_no_obstacle()
    {
        using var file = TorchFile.Open(Fixture("with_a_number.bin"));

        Assert.Equal(["weight"], file.Names);
        using var weight = file.Read("weight");
        Assert.Equal(Numbers(24), TensorAssert.Values(weight));
    }

    [Theory]
    [InlineData("whole_module.bin", "must not run code")]
    [InlineData("legacy.bin", "PyTorch before 1.6")]
    public void Anything_but_a_state_dict_is_refused(string name, string message)
    {
        var path = Fixture(name);

        var error = Assert.Throws<InvalidDataException>(() => TorchFile.Open(path));

        Assert.StartsWith(path, error.Message);
        Assert.Contains(message, error.Message);
    }

    public static TheoryData<byte[]> Commands =>
    [
        [0x80, 2, .. "cos\nsystem\n"u8, .. "X\u0004\0\0\0true"u8, 0x85, .. "R."u8],
        [0x80, 4, 0x8c, 2, .. "os"u8, 0x8c, 6, .. "system"u8, 0x93, 0x8c, 4, .. "true"u8, 0x85, .. "R."u8],

        // A name that is looked up, which imports its module in Python, and not used.
        [0x80, 2, .. "}X\u0001\0\0\0acos\nsystem\nq\u0000s."u8],
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_pickle_that_would_run_a_command_is_refused(byte[] pickle)
    {
        var path = Rewrite(Fixture("state_dict.bin"), "data.pkl", _ => pickle);

        Assert.Contains("the name os.system", Assert.Throws<InvalidDataException>(() => TorchFile.Open(path)).Message);
    }

    [Fact]
    public void A_text_longer_than_the_pickle_is_refused()
    {
        var path = Rewrite(Fixture("state_dict.bin"), "data.pkl", _ => [0x80, 4, 0x8d, 0, 0, 0, 0, 1, 0, 0, 0, .. "a."u8]);

        Assert.Contains("found a damaged pickle", Assert.Throws<InvalidDataException>(() => TorchFile.Open(path)).Message);
    }

    [Fact]
    public void A_storage_that_was_truncated_is_refused()
    {
        var path = Rewrite(Fixture("state_dict.bin"), "data/0", bytes => bytes[..^4]);

        var error = Assert.Throws<InvalidDataException>(() => TorchFile.Open(path));

        Assert.Contains("key 'float32'", error.Message);
        Assert.Contains("found 92 bytes, expected those of 24 elements", error.Message);
    }

    [Theory]
    [InlineData("state_dict.bin")]
    [InlineData("state_dict_protocol4.bin")]
    public void A_damaged_pickle_is_read_or_refused_but_never_trusted(string name)
    {
        var random = new Random(5);
        for (var i = 0; i < 500; i++)
        {
            var path = Rewrite(Fixture(name), "data.pkl", bytes =>
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            });
            try
            {
                using var file = TorchFile.Open(path);
                foreach (var tensorName in file.Names)
                {
                    using var tensor = file.Read(tensorName);
                }
            }
            catch (InvalidDataException exception)
            {
                Assert.StartsWith(path, exception.Message);
            }
        }
    }

    [Fact]
    public void An_archive_that_was_truncated_or_damaged_is_read_or_refused_but_never_trusted()
    {
        var bytes = File.ReadAllBytes(Fixture("state_dict.bin"));
        var path = _folder.File("damaged.bin");
        var random = new Random(6);
        for (var i = 0; i < 500; i++)
        {
            var damaged = i % 5 == 0 ? bytes[..random.Next(bytes.Length)] : (byte[])bytes.Clone();
            if (damaged.Length == bytes.Length)
            {
                damaged[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, damaged);
            try
            {
                using var file = TorchFile.Open(path);
                foreach (var name in file.Names)
                {
                    using var tensor = file.Read(name);
                }
            }
            catch (InvalidDataException exception)
            {
                Assert.StartsWith(path, exception.Message);
            }
        }
    }

    private static string Fixture(string name) => RepositoryPaths.Fixture("checkpoints", name);

    private static double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => (i * 0.25) - 1)];

    private string Rewrite(string source, string entryName, Func<byte[], byte[]> change)
    {
        var path = _folder.File("changed.bin");
        using var input = ZipFile.OpenRead(source);
        using var output = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var entry in input.Entries)
        {
            var buffer = new MemoryStream();
            using (var stream = entry.Open())
            {
                stream.CopyTo(buffer);
            }

            var bytes = buffer.ToArray();
            using var target = output.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
            target.Write(entry.FullName.EndsWith(entryName, StringComparison.Ordinal) ? change(bytes) : bytes);
        }

        return path;
    }
}
