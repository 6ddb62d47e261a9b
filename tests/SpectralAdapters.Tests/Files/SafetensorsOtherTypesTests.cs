using System.Buffers.Binary;
using System.Text;
using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files;

/// <summary>Element types that PyTorch's C# binding lacks stand beside tensors that are read.</summary>
public sealed class SafetensorsOtherTypesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("F8_E4M3", 1)]
    [InlineData("F8_E5M2", 1)]
    [InlineData("U16", 2)]
    [InlineData("U32", 4)]
    [InlineData("U64", 8)]
    [InlineData("F9", 3)]
    public void A_type_that_is_not_supported_is_no_obstacle_to_the_tensor_beside_it(string dtype, int size)
    {
        var path = Write(dtype, size);
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(["a", "q"], file.Names);
        Assert.Equal([2L], file.Shape("q"));
        using var a = file.Read("a");
        Assert.Equal([1, 2, 3], a.data<byte>().ToArray());
    }

    [Fact]
    public void It_is_named_when_it_is_read()
    {
        var path = Write("F8_E4M3", 1);
        using var file = SafetensorsFile.Open(path);
        Action[] reads = [() => file.Read("q"), () => file.Dtype("q"), () => file.ReadAll(), () => SafetensorsFile.ReadAll(path)];
        foreach (var read in reads)
        {
            var error = Assert.Throws<InvalidDataException>(read);
            Assert.StartsWith($"{path}: tensor 'q': found dtype F8_E4M3, expected one of BOOL", error.Message);
        }
    }

    [Theory]
    [InlineData("[0,9000000000000000000,9000000000000000000]")]
    [InlineData("[0,9000000000000000000]")]
    [InlineData("[9000000000000000000,0,7]")]
    [InlineData("[9223372036854775807,9223372036854775807,0]")]
    public void An_empty_tensor_of_absurd_sizes_is_read_or_refused_by_name(string shape)
    {
        var path = Write($"{{\"a\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":[0,0]}}}}", []);
        try
        {
            using var file = SafetensorsFile.Open(path);
            using var tensor = file.Read("a");
            Assert.Equal(0, tensor.numel());
        }
        catch (InvalidDataException error)
        {
            Assert.StartsWith($"{path}: tensor 'a'", error.Message);
        }
    }

    [Fact]
    public void A_field_given_twice_is_refused()
    {
        var path = Write("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"dtype\":\"I8\",\"data_offsets\":[0,4]}}", new byte[4]);
        Assert.Contains("tensor 'a'", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path)).Message);
    }

    private string Write(string dtype, int size) => Write(
        $"{{\"q\":{{\"dtype\":\"{dtype}\",\"shape\":[2],\"data_offsets\":[3,{3 + (2 * size)}]}},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}",
        [1, 2, 3, .. new byte[2 * size]]);

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
