namespace TorchSharp.Interop;

/// <summary>
/// An operator argument on the managed side. It holds the object that owns the native memory, so that the collector
/// cannot finalize a tensor while a call uses its handle.
/// </summary>
internal readonly struct Argument
{
    private Argument(ValueTag tag, object? owner, long integer = 0, double real = 0)
    {
        Tag = tag;
        Owner = owner;
        Integer = integer;
        Real = real;
    }

    public ValueTag Tag { get; }

    /// <summary>A tensor, a generator, a list of tensors, a long[] or UTF-8 text, as the tag says.</summary>
    public object? Owner { get; }

    public long Integer { get; }

    public double Real { get; }

    /// <summary>An optional argument that is not given.</summary>
    public static Argument None => default;

    /// <summary>A list of tensors, for arguments of type Tensor[].</summary>
    public static Argument Tensors(IReadOnlyList<torch.Tensor> tensors) => new(ValueTag.TensorList, tensors);

    /// <summary>A number for arguments of type Scalar.</summary>
    public static Argument Number(Scalar scalar) => scalar.Kind switch
    {
        ScalarKind.Integer => new Argument(ValueTag.IntegerScalar, null, scalar.Integer),
        _ => new Argument(ValueTag.RealScalar, null, 0, scalar.Real),
    };

    /// <summary>A number for arguments of type Scalar?.</summary>
    public static Argument OptionalNumber(Scalar? scalar) => scalar is null ? None : Number(scalar);

    public static implicit operator Argument(torch.Tensor? tensor) => tensor is null ? None : new Argument(ValueTag.Tensor, tensor);

    public static implicit operator Argument(torch.Generator? generator) => generator is null ? None : new Argument(ValueTag.Generator, generator);

    public static implicit operator Argument(long value) => new(ValueTag.Integer, null, value);

    public static implicit operator Argument(long? value) => value is { } given ? given : None;

    public static implicit operator Argument(bool value) => new(ValueTag.Boolean, null, value ? 1 : 0);

    public static implicit operator Argument(double value) => new(ValueTag.Real, null, 0, value);

    public static implicit operator Argument(long[]? values) => values is null ? None : new Argument(ValueTag.IntegerList, values);

    public static implicit operator Argument(torch.ScalarType type) => new(ValueTag.Integer, null, (long)type);

    public static implicit operator Argument(torch.ScalarType? type) => type is { } given ? given : None;

    public static implicit operator Argument(torch.Device? device) => device is null ? None : new Argument(ValueTag.Device, device.Utf8);

    public static implicit operator Argument(Utf8Text text) => new(ValueTag.String, text);
}
