namespace ModelZoo;

/// <summary>Names and shapes of a state dict, in the order in which they are added.</summary>
internal sealed class StateShapes
{
    private readonly OrderedDictionary<string, long[]> _shapes = [];

    /// <summary>The shapes so far.</summary>
    public IReadOnlyDictionary<string, long[]> Shapes => _shapes;

    /// <summary>The number of values in tensors of these shapes.</summary>
    public static long Count(IReadOnlyDictionary<string, long[]> shapes) =>
        shapes.Values.Sum(shape => shape.Aggregate(1L, (product, size) => product * size));

    /// <summary>Adds a tensor.</summary>
    public void Add(string name, params long[] shape) => _shapes[name] = shape;

    /// <summary>Adds a linear layer: a weight, [out, in], and a bias, [out].</summary>
    public void AddLinear(string name, long outFeatures, long inFeatures)
    {
        Add($"{name}.weight", outFeatures, inFeatures);
        Add($"{name}.bias", outFeatures);
    }

    /// <summary>Adds a layer norm: a weight and a bias, [size] each.</summary>
    public void AddNorm(string name, long size)
    {
        Add($"{name}.weight", size);
        Add($"{name}.bias", size);
    }
}
