using Google.Protobuf;
using ModelZoo.Bert;
using Onnx;
using SpectralExperiments.Tests.ModelZoo.Checkpoints;
using TorchSharp;
using static Onnx.TensorProto.Types;

namespace SpectralExperiments.Tests.ModelZoo.Bert;

/// <summary>Weights in a graph: read by PyTorch's names; what is not expected is refused by its name.</summary>
public sealed class BertOnnxTests
{
    private const string Norm = "encoder.layer.1.output.LayerNorm.weight";
    private const string Product = "onnx::MatMul_0";

    public static TheoryData<string, Action<ModelProto>> Faults => new()
    {
        {
            $"initializer '{Norm}': found external data in weights.bin, expected weights inside the file.",
            model => OnnxGraph.Find(model, Norm).ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" })
        },
        {
            $"initializer '{Norm}': found external data, expected weights inside the file.",
            model => OnnxGraph.Find(model, Norm).DataLocation = DataLocation.External
        },
        {
            $"initializer '{Product}': found elements of type Float16, expected Float.",
            model => OnnxGraph.Find(model, Product).DataType = (int)DataType.Float16
        },
        {
            $"initializer '{Product}': found elements of type Int8, expected Float.",
            model => OnnxGraph.Find(model, Product).DataType = (int)DataType.Int8
        },
        {
            $"initializer '{Norm}': found 92 bytes of raw data for shape [24], expected 4 for each element.",
            model => OnnxGraph.Find(model, Norm).RawData = ByteString.CopyFrom(new byte[92])
        },
        {
            $"initializer '{Norm}': found 96 bytes of raw data for shape [-24], expected 4 for each element.",
            model => OnnxGraph.Find(model, Norm).Dims[0] = -24
        },
        {
            $"initializer '{Norm}': found 96 bytes of raw data for shape [9223372036854775807, 9223372036854775807, 4], expected 4",
            model =>
            {
                OnnxGraph.Find(model, Norm).Dims.Clear();
                OnnxGraph.Find(model, Norm).Dims.Add([long.MaxValue, long.MaxValue, 4]);
            }
        },
        {
            $"initializer '{Norm}': found twice, expected once.",
            model => model.Graph.Initializer.Add(OnnxGraph.Find(model, Norm).Clone())
        },
        {
            "initializer 'sparse': found a sparse tensor, expected dense ones.",
            model => model.Graph.SparseInitializer.Add(new SparseTensorProto { Values = new TensorProto { Name = "sparse" } })
        },
        {
            $"initializer '{Product}': found in MatMul  with 0 biases, expected the weight of one linear layer",
            model => model.Graph.Node[1].Input[0] = "other"
        },
        {
            "initializer 'pooler.dense.weight': found in Gemm  with a scale or a transposed input, expected a linear layer.",
            model => OnnxGraph.Gemm(model).Attribute[1].F = 2
        },
        {
            "key 'extra.weight': found shape [3], expected no such key",
            model => model.Graph.Initializer.Add(OnnxGraph.Initializer("extra.weight", torch.zeros(3)))
        },
        {
            "key 'bert.encoder.layer.0.extra.weight': found shape [3], expected no such key",
            model => model.Graph.Initializer.Add(OnnxGraph.Initializer("encoder.layer.0.extra.weight", torch.zeros(3)))
        },
        {
            "key 'bert.encoder.layer.1.output.LayerNorm.weight': found nothing, expected shape [24]",
            model => model.Graph.Initializer.Remove(OnnxGraph.Find(model, Norm))
        },
        { "found no graph with weights", model => model.Graph = null },
        { "found no graph with weights", model => model.OpsetImport.Clear() },
    };

    [Fact]
    public void A_graph_gives_the_models_weights()
    {
        using var folder = new BertFolder().AsOnnx();
        using var model = folder.Load();

        foreach (var (name, parameter) in folder.Model.named_parameters().Where(pair => !pair.name.StartsWith("classifier.")))
        {
            TensorAssert.Close(parameter, model.get_parameter(name)!, 0, 0, name);
        }
    }

    [Fact]
    public void A_Gemm_that_transposes_nothing_has_its_weight_as_in_by_out()
    {
        using var folder = new BertFolder().AsOnnx(graph => OnnxGraph.Gemm(graph).Attribute[0].I = 0);
        using var model = folder.Load();

        TensorAssert.Close(
            folder.Model.get_parameter("bert.pooler.dense.weight")!.t(), model.get_parameter("bert.pooler.dense.weight")!, 0, 0, "pooler");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_graph_with_something_else_is_refused_by_name(string expected, Action<ModelProto> change)
    {
        using var folder = new BertFolder().AsOnnx(change);

        var error = folder.Refused();

        Assert.StartsWith(folder.File("model.onnx"), error);
        Assert.Contains(expected, error);
    }

    [Fact]
    public void A_truncated_file_is_refused_wherever_it_ends()
    {
        using var folder = new BertFolder().AsOnnx();
        var path = folder.File("model.onnx");
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length += 997)
        {
            File.WriteAllBytes(path, whole[..length]);

            Assert.StartsWith($"{path}: found ", folder.Refused());
        }
    }
}
