using ModelZoo.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Checkpoints;

/// <summary>What else stands in files of torch.save: no obstacle to the tensors that are read.</summary>
public sealed class TorchFileItemTests : IDisposable
{
    private static readonly TorchArchive.View Weight = TorchArchive.Float32([2, 2], 1, 2, 3, 4);
    private static readonly TorchArchive.View Other = TorchArchive.Float32([1], 9);

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Beside =>
    [
        "a number", "a double", "a bool", "none", "a text", "bytes", "a list", "a tuple", "a long integer", "a dictionary of numbers",
        "a complex tensor", "a quantised storage", "arguments of the program", "a NumPy scalar", "a dtype", "a shape", "a counter",
        "a bfloat16 dtype", "a key that is no text", "a tensor on the meta device", "a sparse tensor",
    ];

    [Theory]
    [MemberData(nameof(Beside))]
    public void An_item_that_nobody_needs_is_no_obstacle(string kind)
    {
        var items = new Dictionary<object, object?> { ["weight"] = Weight };
        items[kind == "a key that is no text" ? 7 : "beside"] = Item(kind);
        using var file = Open(items);

        AssertWeight(file, "weight");
    }

    [Theory]
    [InlineData("FloatStorage", 4)]
    [InlineData("DoubleStorage", 8)]
    [InlineData("CharStorage", 1)]
    public void A_parameter_is_a_tensor(string storage, int size)
    {
        using var file = Open(new Dictionary<string, object?>
        {
            ["weight"] = TorchArchive.Parameter(Weight),
            ["zeros"] = TorchArchive.Parameter(new TorchArchive.View(storage, new byte[3 * size], 3, 3)),
        });

        Assert.Equal(["weight", "zeros"], file.Names);
        AssertWeight(file, "weight");
        Assert.Equal([0, 0, 0], TensorAssert.Values(file.Read("zeros").to_type(ScalarType.Float64)));
    }

    [Fact]
    public void A_tensor_of_the_older_form_is_read()
    {
        using var file = Open(new Dictionary<string, object?>
        {
            ["with_state"] = new TorchArchive.Call(
                "torch._utils", "_rebuild_parameter_with_state", Weight, true, TorchArchive.OrderedDict(),
                new Dictionary<string, object?>()),
        });

        AssertWeight(file, "with_state");
    }

    [Theory]
    [InlineData("state_dict")]
    [InlineData("model_state_dict")]
    [InlineData("model")]
    [InlineData("net")]
    public void A_state_dict_inside_a_training_checkpoint_is_read(string key)
    {
        using var file = Open(new Dictionary<string, object?>
        {
            ["epoch"] = 3,
            [key] = new Dictionary<string, object?> { ["weight"] = Weight, ["steps"] = 5 },
            ["optimizer"] = new Dictionary<string, object?>
            {
                ["state"] = new Dictionary<object, object?> { [0] = new Dictionary<string, object?> { ["exp_avg"] = Other } },
                ["param_groups"] = new List<object?>(),
            },
        });

        Assert.Equal(["weight"], file.Names);
        AssertWeight(file, "weight");
    }

    [Fact]
    public void The_state_dict_is_taken_before_other_tensors()
    {
        using var file = Open(new Dictionary<string, object?>
        {
            ["class_weights"] = Other,
            ["ema"] = new Dictionary<string, object?> { ["weight"] = Other },
            ["state_dict"] = new Dictionary<string, object?> { ["weight"] = Weight },
        });

        AssertWeight(file, "weight");
    }

    [Fact]
    public void Two_state_dicts_of_unknown_names_are_refused_by_both()
    {
        var error = Refused(new Dictionary<string, object?>
        {
            ["generator"] = new Dictionary<string, object?> { ["weight"] = Weight },
            ["critic"] = new Dictionary<string, object?> { ["weight"] = Weight },
        });

        Assert.Contains("generator", error);
        Assert.Contains("critic", error);
    }

    [Fact]
    public void A_file_without_any_tensor_is_refused() =>
        Assert.Contains("no tensor", Refused(new Dictionary<string, object?> { ["epoch"] = 3 }));

    [Fact]
    public void An_element_type_that_is_not_read_is_named_where_it_is_read()
    {
        using var file = Open(new Dictionary<string, object?>
        {
            ["weight"] = Weight,
            ["phase"] = new TorchArchive.View("ComplexFloatStorage", new byte[16], 2, 2),
        });

        AssertWeight(file, "weight");
        var error = Assert.Throws<InvalidDataException>(() => file.Read("phase"));
        Assert.Contains(_folder.File("m.bin"), error.Message);
        Assert.Contains("'phase'", error.Message);
        Assert.Contains("ComplexFloatStorage", error.Message);
    }

    [Fact]
    public void A_view_may_not_claim_more_than_the_file_holds()
    {
        var view = TorchArchive.Float32([1_000_000_000, 1_000], 5) with { Strides = [0, 0] };

        var error = Refused(new Dictionary<string, object?> { ["weight"] = view });

        Assert.Contains("key 'weight'", error);
        Assert.Contains("[1000000000, 1000]", error);
    }

    [Theory]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(4, long.MaxValue)]
    [InlineData(1L << 33, 1L << 33)]
    public void A_shape_whose_size_overflows_is_refused(long rows, long columns) => Assert.Contains(
        "key 'weight'",
        Refused(new Dictionary<string, object?> { ["weight"] = TorchArchive.Float32([rows, columns], 5) with { Strides = [0, 0] } }));

    [Fact]
    public void A_repeated_element_within_the_size_of_the_file_is_read()
    {
        using var file = Open(new Dictionary<string, object?> { ["weight"] = TorchArchive.Float32([3], 5) with { Strides = [0] } });

        Assert.Equal([5, 5, 5], TensorAssert.Values(file.Read("weight")));
    }

    [Theory]
    [InlineData("os", "system", "echo")]
    [InlineData("builtins", "eval", "1")]
    [InlineData("torch", "load", "x")]
    public void A_call_that_would_run_code_beside_the_tensors_is_refused(string module, string name, string argument) => Assert.Contains(
        $"{module}.{name}",
        Refused(new Dictionary<string, object?> { ["weight"] = Weight, ["x"] = new TorchArchive.Call(module, name, argument) }));

    [Fact]
    public void A_truncated_archive_is_described_in_our_words()
    {
        var path = _folder.File("m.bin");
        TorchArchive.Write(path, new Dictionary<string, object?> { ["weight"] = Weight });
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..200]);

        var error = Assert.Throws<InvalidDataException>(() => TorchFile.Open(path)).Message;

        Assert.Contains("truncated", error);
        Assert.DoesNotContain("Central Directory", error);
    }

    [Fact]
    public void A_dictionary_that_contains_itself_is_refused()
    {
        // }q\0 X"a" h\0 s . : a dictionary whose item a is itself.
        var path = _folder.File("m.bin");
        using (var zip = new System.IO.Compression.ZipArchive(File.Create(path), System.IO.Compression.ZipArchiveMode.Create))
        {
            using var stream = zip.CreateEntry("a/data.pkl", System.IO.Compression.CompressionLevel.NoCompression).Open();
            stream.Write([0x80, 2, .. "}q\0X\u0001\0\0\0ah\0s."u8]);
        }

        Assert.Contains("no tensor", Assert.Throws<InvalidDataException>(() => TorchFile.Open(path)).Message);
    }

    private static object? Item(string kind) => kind switch
    {
        "a number" => 3,
        "a double" => 0.5,
        "a bool" => true,
        "none" => null,
        "a text" => "adam",
        "bytes" => new byte[] { 1, 2 },
        "a list" => new List<object?> { 1, "x" },
        "a tuple" => new object?[] { 1, "x" },
        "a long integer" => long.MaxValue,
        "a dictionary of numbers" => new Dictionary<string, object?> { ["lr"] = 1e-3 },
        "a complex tensor" => new TorchArchive.View("ComplexFloatStorage", new byte[16], 2, 2),
        "a quantised storage" => new TorchArchive.View("QInt8Storage", new byte[2], 2, 2),
        "arguments of the program" =>
            new TorchArchive.Call("argparse", "Namespace") { State = new Dictionary<string, object?> { ["lr"] = 1e-3 } },
        "a NumPy scalar" => new TorchArchive.Call(
            "numpy.core.multiarray", "scalar", new TorchArchive.Call("numpy", "dtype", "f8", false, true), new byte[8]),
        "a dtype" => new TorchArchive.Name("torch", "float16"),
        "a bfloat16 dtype" => new TorchArchive.Name("torch", "bfloat16"),
        "a shape" => new TorchArchive.Call("torch", "Size", new object?[] { new object?[] { 2L, 2L } }),
        "a counter" => new TorchArchive.Call("collections", "Counter", new Dictionary<string, object?> { ["a"] = 1 }),
        "a tensor on the meta device" => new TorchArchive.Call(
            "torch._utils", "_rebuild_meta_tensor_no_storage", new TorchArchive.Name("torch", "float32"),
            new object?[] { 2L }, new object?[] { 1L },
            false),
        "a sparse tensor" => new TorchArchive.Call(
            "torch._utils", "_rebuild_sparse_tensor", new TorchArchive.Name("torch", "sparse_coo"), new object?[] { Other, Other }),
        _ => 1,
    };

    private static void AssertWeight(TorchFile file, string name) => Assert.Equal([1, 2, 3, 4], TensorAssert.Values(file.Read(name)));

    private TorchFile Open(object root)
    {
        TorchArchive.Write(_folder.File("m.bin"), root);
        return TorchFile.Open(_folder.File("m.bin"));
    }

    private string Refused(object root)
    {
        var error = Assert.Throws<InvalidDataException>(() => Open(root)).Message;
        Assert.StartsWith(_folder.File("m.bin"), error);
        return error;
    }
}
