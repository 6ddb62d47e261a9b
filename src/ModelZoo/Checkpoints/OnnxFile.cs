using Google.Protobuf;
using Onnx;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Checkpoints;

/// <summary>
/// The float32 weights of a model that PyTorch exported to ONNX, by PyTorch's names. The exporter keeps the names of embeddings, layer
/// norms and biases, but folds the transposition of a linear layer's weight into a constant without a name: the bias that is added to its
/// product names it, and it is read back as [out, in]. Only weights are read; what the graph computes is config.json's to say.
/// </summary>
public sealed class OnnxFile : ITensorFile
{
    private const string Weight = ".weight";
    private const string Bias = ".bias";

    private readonly OrderedDictionary<string, Entry> _entries = [];

    private OnnxFile(string path, ModelProto model)
    {
        Path = path;
        var graph = model.Graph;
        if (graph is null || graph.Initializer.Count == 0 || model.OpsetImport.Count == 0)
        {
            throw new InvalidDataException(
                "found no graph with weights and operator set, expected an ONNX model: truncated or of another kind.");
        }

        if (graph.SparseInitializer.Count > 0)
        {
            throw new InvalidDataException(
                $"initializer '{graph.SparseInitializer[0].Values.Name}': found a sparse tensor, expected dense ones.");
        }

        var weights = Weights(graph);
        var products = Products(graph, weights);
        foreach (var (name, tensor) in weights)
        {
            var (own, isTransposed) = products.GetValueOrDefault(name, (name, false));
            if (!_entries.TryAdd(own, new Entry(tensor, isTransposed)))
            {
                throw new InvalidDataException($"initializer '{name}': found another one for {own}, expected one.");
            }
        }
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => _entries.Keys;

    /// <summary>Opens a file and checks every weight in it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, keeps weights in other files or in another type than float32, or has a product with a weight without a name.
    /// </exception>
    public static OnnxFile Open(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            return new OnnxFile(path, ModelProto.Parser.ParseFrom(stream));
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException(
                $"{path}: found {stream.Length} bytes that are truncated or of another kind, expected an ONNX model.", exception);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape(string name) => Find(name) is { IsTransposed: true } entry
        ? [.. entry.Tensor.Dims.Reverse()]
        : [.. Find(name).Tensor.Dims];

    /// <inheritdoc/>
    public ScalarType Dtype(string name) => Find(name) is not null ? ScalarType.Float32 : default;

    /// <inheritdoc/>
    public Tensor Read(string name, Device? device = null)
    {
        var entry = Find(name);
        using var scope = torch.NewDisposeScope();
        var tensor = torch.empty([.. entry.Tensor.Dims], ScalarType.Float32, torch.CPU);
        TensorBytes.ForEachBlock(tensor, (block, offset) => entry.Tensor.RawData.Span.Slice((int)offset, block.Length).CopyTo(block));
        var oriented = entry.IsTransposed ? tensor.t().contiguous() : tensor;
        return oriented.to(device ?? torch.CPU).MoveToOuterDisposeScope();
    }

    /// <summary>Does nothing: the file is read on opening, and closed.</summary>
    public void Dispose()
    {
    }

    // Integers are shapes, indices and positions of the graph, no weights.
    private static OrderedDictionary<string, TensorProto> Weights(GraphProto graph)
    {
        var weights = new OrderedDictionary<string, TensorProto>();
        foreach (var tensor in graph.Initializer.Where(tensor => tensor.DataType != (int)TensorProto.Types.DataType.Int64))
        {
            Check(tensor);
            if (!weights.TryAdd(tensor.Name, tensor))
            {
                throw new InvalidDataException($"initializer '{tensor.Name}': found twice, expected once.");
            }
        }

        return weights;
    }

    private static void Check(TensorProto tensor)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
        {
            throw new InvalidDataException(
                $"initializer '{tensor.Name}': found external data"
                    + $"{string.Concat(tensor.ExternalData.Where(pair => pair.Key == "location").Select(pair => $" in {pair.Value}"))}, "
                    + "expected weights inside the file.");
        }

        if (tensor.DataType != (int)TensorProto.Types.DataType.Float)
        {
            throw new InvalidDataException(
                $"initializer '{tensor.Name}': found elements of type {(TensorProto.Types.DataType)tensor.DataType}, expected "
                    + $"{TensorProto.Types.DataType.Float}.");
        }

        // As Int128: sizes of a damaged file overflow a long.
        var expected = tensor.Dims.Aggregate((Int128)sizeof(float), (product, size) => size < 0 ? -1 : product * size);
        if (tensor.RawData.Length != expected)
        {
            throw new InvalidDataException(
                $"initializer '{tensor.Name}': found {tensor.RawData.Length} bytes of raw data for shape "
                    + $"[{string.Join(", ", tensor.Dims)}], expected 4 for each element.");
        }
    }

    /// <summary>The weights of linear layers: by initializer, the layer's name for it and whether it is transposed.</summary>
    private static Dictionary<string, (string Name, bool IsTransposed)> Products(
        GraphProto graph, OrderedDictionary<string, TensorProto> weights)
    {
        var consumers = graph.Node.SelectMany(node => node.Input.Select(input => (input, node)))
            .ToLookup(pair => pair.input, pair => pair.node);
        var products = new Dictionary<string, (string, bool)>();
        foreach (var node in graph.Node)
        {
            var weight = node.Input.FirstOrDefault(input => weights.TryGetValue(input, out var tensor) && tensor.Dims.Count == 2);
            if (weight is null || node.OpType is not ("MatMul" or "Gemm"))
            {
                continue;
            }

            var biases = node.OpType == "Gemm"
                ? [.. node.Input.Skip(2)]
                : consumers[node.Output[0]].Where(next => next.OpType == "Add").SelectMany(next => next.Input).ToList();
            var names = biases.Where(name => name.EndsWith(Bias, StringComparison.Ordinal) && weights.ContainsKey(name)).ToList();
            if (names.Count != 1 || node.Input[1] != weight
                || !products.TryAdd(weight, (names[0][..^Bias.Length] + Weight, IsTransposed(node))))
            {
                throw new InvalidDataException(
                    $"initializer '{weight}': found in {node.OpType} {node.Name} with {names.Count} biases, expected the weight of one "
                        + $"linear layer with one bias 'X{Bias}' that names it.");
            }
        }

        return products;
    }

    // A product multiplies with the weight as it is, [in, out]; a Gemm says whether it transposes one of [out, in].
    private static bool IsTransposed(NodeProto node)
    {
        var attributes = node.Attribute.ToDictionary(attribute => attribute.Name);
        var isScaled = new[] { "alpha", "beta" }.Any(name => attributes.TryGetValue(name, out var scale) && scale.F != 1);
        if (isScaled || (attributes.TryGetValue("transA", out var transposed) && transposed.I != 0))
        {
            throw new InvalidDataException(
                $"initializer '{node.Input[1]}': found in {node.OpType} {node.Name} with a scale or a transposed input, expected a linear "
                    + "layer.");
        }

        return !attributes.TryGetValue("transB", out var attribute) || attribute.I == 0;
    }

    private Entry Find(string name) => _entries.TryGetValue(name, out var entry)
        ? entry
        : throw new KeyNotFoundException(
            $"{Path}: tensor '{name}': not found among {Names.Count} tensors (the first: {string.Join(", ", Names.Take(3))}).");

    private sealed record Entry(TensorProto Tensor, bool IsTransposed);
}
