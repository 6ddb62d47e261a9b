using System.Buffers.Binary;
using System.Text;
using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_what_the_header_describes()
    {
        var path = Write(
            """{"__metadata__":{"format":"pt"},"b":{"dtype":"I32","shape":[2],"data_offsets":[4,12]},"""
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}   ",
            [0, 0, 0x20, 0x40, 7, 0, 0, 0, 255, 255, 255, 255]);

        using var file = SafetensorsFile.Open(path);

        Assert.Equal(["a", "b"], file.Names);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(ScalarType.Int32, file.Dtype("b"));
        Assert.Equal([2L], file.Shape("b"));
        using var a = file.Read("a");
        using var b = file.Read("b");
        Assert.Empty(a.shape);
        Assert.Equal(2.5f, a.item<float>());
        Assert.Equal([7, -1], b.data<int>().ToArray());
    }

    [Fact]
    public void A_tensor_outlives_its_file()
    {
        var path = Write("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", [1, 2, 3]);
        Tensor tensor;
        using (var file = SafetensorsFile.Open(path))
        {
            tensor = file.Read("a");
        }

        File.WriteAllBytes(path, []);
        using (tensor)
        {
            Assert.Equal([1, 2, 3], tensor.data<byte>().ToArray());
        }
    }

    [Fact]
    public void A_missing_tensor_is_named_with_the_file()
    {
        var path = Write("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", [1, 2, 3]);
        using var file = SafetensorsFile.Open(path);

        var error = Assert.Throws<KeyNotFoundException>(() => file.Read("weight"));

        Assert.Contains(path, error.Message);
        Assert.Contains("'weight'", error.Message);
    }

    [Theory]
    [InlineData("not an object", "[1,2]", "expected an object")]
    [InlineData("not JSON", "{\"a\":", "not JSON")]
    [InlineData("a name twice",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}",
        "found twice")]
    [InlineData("no dtype", "{\"a\":{\"shape\":[4],\"data_offsets\":[0,4]}}", "expected an object with dtype")]
    [InlineData("no shape", "{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,4]}}", "expected an object with dtype")]
    [InlineData("a negative size", "{\"a\":{\"dtype\":\"U8\",\"shape\":[-4],\"data_offsets\":[0,4]}}", "expected an object with dtype")]
    [InlineData("a fractional size", "{\"a\":{\"dtype\":\"U8\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", "expected an object with dtype")]
    [InlineData("one offset", "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4]}}", "expected an object with dtype")]
    [InlineData("an entry that is a number", "{\"a\":4}", "expected an object with dtype")]
    [InlineData("offsets in the wrong order", "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,0]}}",
        "expected an ascending range")]
    [InlineData("offsets outside the file", "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]}}", "inside the 4 data bytes")]
    [InlineData("a shape of another size", "{\"a\":{\"dtype\":\"I16\",\"shape\":[4],\"data_offsets\":[0,4]}}", "expected those of I16 [4]")]
    [InlineData("a size that overflows", "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}",
        "expected those of U8")]
    [InlineData("an overlap",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}",
        "begin at 2 (an overlap), expected 3")]
    [InlineData("a gap at the start", "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}}", "begin at 1 (a gap), expected 0")]
    [InlineData("a gap between",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}",
        "begin at 2 (a gap), expected 1")]
    [InlineData("bytes after the last tensor", "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}",
        "found 4 data bytes, expected 3")]
    [InlineData("metadata of another type",
        "{\"__metadata__\":{\"format\":1},\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", "__metadata__: key 'format'")]
    public void A_bad_header_is_refused(string what, string header, string message)
    {
        var path = Write(header, [1, 2, 3, 4]);

        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));

        Assert.StartsWith(path, error.Message);
        Assert.True(error.Message.Contains(message, StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_file_shorter_than_its_prefix_is_refused(int length)
    {
        var path = _folder.File("short.safetensors");
        File.WriteAllBytes(path, new byte[length]);

        Assert.Contains($"found {length} bytes", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Theory]
    [InlineData(100UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 40)]
    public void A_header_longer_than_the_file_is_refused(ulong claimed)
    {
        var path = _folder.File("claim.safetensors");
        var bytes = new byte[20];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, claimed);
        File.WriteAllBytes(path, bytes);

        Assert.Contains($"claims {claimed} bytes", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var path = _folder.File("none.safetensors");

        Assert.Contains(path, Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void A_real_file_cut_anywhere_is_refused()
    {
        var bytes = File.ReadAllBytes(RepositoryPaths.Fixture("deberta", "relative_position_buckets.safetensors"));
        var path = _folder.File("cut.safetensors");
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            File.WriteAllBytes(path, bytes[..random.Next(bytes.Length)]);
            Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        }
    }

    [Fact]
    public void A_damaged_header_is_read_or_refused_but_never_trusted()
    {
        var bytes = File.ReadAllBytes(RepositoryPaths.Fixture("deberta", "relative_position_buckets.safetensors"));
        var headerLength = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var path = _folder.File("damaged.safetensors");
        var random = new Random(11);
        for (var i = 0; i < 500; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[random.Next(headerLength)] = (byte)random.Next(256);
            File.WriteAllBytes(path, damaged);
            try
            {
                using var file = SafetensorsFile.Open(path);
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

    private string Write(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        var path = _folder.File("test.safetensors");
        File.WriteAllBytes(path, [.. prefix, .. json, .. data]);
        return path;
    }
}
