using Google.Protobuf;
using Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Checkpoints;

/// <summary>
/// Graphs as PyTorch's exporter writes them: named embeddings, norms and biases; products with transposed weights without names.
/// </summary>
internal static class OnnxGraph
{
    public const string Pooler = "pooler.dense";

    public static ModelProto Of(IEnumerable<(string Name, Tensor Tensor)> parameters)
    {
        var model = new ModelProto { Graph = new GraphProto(), OpsetImport = { new OperatorSetIdProto { Version = 13 } } };
        foreach (var (name, tensor) in parameters)
        {
            var isLinear = tensor.dim() == 2 && !name.Contains("embeddings");
            if (isLinear && !name.StartsWith(Pooler, StringComparison.Ordinal))
            {
                var (weight, layer) = ($"onnx::MatMul_{model.Graph.Node.Count}", name[..^".weight".Length]);
                model.Graph.Initializer.Add(Initializer(weight, tensor.t()));
                model.Graph.Node.Add(
                    new NodeProto { OpType = "MatMul", Input = { $"{layer}.input", weight }, Output = { $"{layer}.product" } });
                model.Graph.Node.Add(
                    new NodeProto { OpType = "Add", Input = { $"{layer}.bias", $"{layer}.product" }, Output = { layer } });
                continue;
            }

            model.Graph.Initializer.Add(Initializer(name, tensor));
            if (isLinear)
            {
                model.Graph.Node.Add(new NodeProto
                {
                    OpType = "Gemm",
                    Input = { "first", name, $"{Pooler}.bias" },
                    Output = { "pooled" },
                    Attribute = { new AttributeProto { Name = "transB", I = 1 }, new AttributeProto { Name = "alpha", F = 1 } },
                });
            }
        }

        // Shapes and positions, which are not weights.
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "embeddings.position_ids",
            DataType = (int)TensorProto.Types.DataType.Int64,
            Dims = { 1 },
            RawData = ByteString.CopyFrom(new byte[8]),
        });
        return model;
    }

    public static TensorProto Initializer(string name, Tensor tensor)
    {
        using var contiguous = tensor.detach().contiguous();
        return new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { tensor.shape },
            RawData = ByteString.CopyFrom(contiguous.bytes),
        };
    }

    public static TensorProto Find(ModelProto model, string name) => model.Graph.Initializer.Single(tensor => tensor.Name == name);

    public static NodeProto Gemm(ModelProto model) => model.Graph.Node.Single(node => node.OpType == "Gemm");

    public static void Write(ModelProto model, string path) => File.WriteAllBytes(path, model.ToByteArray());
}
