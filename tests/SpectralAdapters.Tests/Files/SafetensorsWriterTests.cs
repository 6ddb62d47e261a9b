using System.Buffers.Binary;
using System.Text;
using SpectralAdapters.Files;
using SpectralExperiments.Linked;
using SpectralExperiments.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files;

public sealed class SafetensorsWriterTests : IDisposable
{
    private static readonly ScalarType[] Types =
    [
        ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16,
        ScalarType.Int64, ScalarType.Int32, ScalarType.Byte, ScalarType.Bool,
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> ReferenceFiles =>
    [
        "deberta/relative_position_buckets.safetensors",
        "deberta/classification/model.safetensors",
        "deberta/classification/io.safetensors",
        "deberta/classification/io_float64.safetensors",
    ];

    [Theory]
    [MemberData(nameof(ReferenceFiles))]
    public void A_file_of_the_reference_library_is_written_back_byte_for_byte(string name)
    {
        var original = RepositoryPaths.Fixture(name.Split('/'));
        var path = _folder.File("copy.safetensors");
        using var scope = torch.NewDisposeScope();
        using (var file = SafetensorsFile.Open(original))
        {
            SafetensorsWriter.Write(path, file.ReadAll(), file.Metadata.Count > 0 ? file.Metadata : null);
        }

        Assert.Equal(File.ReadAllBytes(original), File.ReadAllBytes(path));
    }

    [Fact]
    public void Random_tensors_of_every_type_come_back_bit_for_bit()
    {
        var random = new Random(3);
        for (var round = 0; round < 20; round++)
        {
            using var scope = torch.NewDisposeScope();
            var tensors = Enumerable.Range(0, random.Next(12))
                .ToDictionary(i => $"t{i}.\"é\n{random.Next(100)}", _ => RandomTensor(random));
            var path = _folder.File($"{round}.safetensors");

            SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["note"] = "a \"b\" ü" });
            using var file = SafetensorsFile.Open(path);

            Assert.Equal("a \"b\" ü", file.Metadata["note"]);
            Assert.Equal(tensors.Keys.Order(), file.Names.Order());
            foreach (var (name, tensor) in tensors)
            {
                var read = file.Read(name);
                Assert.Equal(tensor.dtype, read.dtype);
                Assert.Equal(tensor.shape, read.shape);
                Assert.Equal(tensor.contiguous().bytes.ToArray(), read.bytes.ToArray());
            }
        }
    }

    [Fact]
    public void A_transposed_tensor_is_written_in_its_own_order()
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.arange(6, ScalarType.Float32).view(2, 3).t(); // [3, 2]
        var path = _folder.File("transposed.safetensors");

        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["t"] = tensor });

        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], SafetensorsFile.ReadAll(path)["t"].data<float>().ToArray());
    }

    [Fact]
    public void Every_tensor_starts_at_a_multiple_of_its_element_size()
    {
        using var scope = torch.NewDisposeScope();
        var tensors = Types.ToDictionary(type => type.ToString(), type => torch.zeros([3], type));
        var path = _folder.File("aligned.safetensors");

        SafetensorsWriter.Write(path, tensors);

        var header = BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(path));
        Assert.Equal(0, header % 8);
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(["Int64", "Float64", "Float32", "Int32", "BFloat16", "Float16", "Byte", "Bool"], file.Names);
    }

    [Fact]
    public void A_type_that_the_format_lacks_is_refused_before_writing()
    {
        using var scope = torch.NewDisposeScope();
        var path = _folder.File("complex.safetensors");
        var tensors = new Dictionary<string, Tensor> { ["z"] = torch.zeros([2], ScalarType.ComplexFloat32) };

        var error = Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, tensors));

        Assert.Contains("'z'", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void The_name_of_the_metadata_is_refused()
    {
        using var tensor = torch.zeros(1);
        var tensors = new Dictionary<string, Tensor> { ["__metadata__"] = tensor };

        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(_folder.File("reserved.safetensors"), tensors));
    }

    private static Tensor RandomTensor(Random random)
    {
        var shape = Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(5)).ToArray();
        var tensor = torch.empty(shape, Types[random.Next(Types.Length)]);
        if (tensor.numel() == 0)
        {
            return tensor;
        }

        random.NextBytes(tensor.bytes);
        if (tensor.dtype == ScalarType.Bool)
        {
            foreach (ref var value in tensor.bytes)
            {
                value &= 1;
            }
        }

        return tensor;
    }
}
