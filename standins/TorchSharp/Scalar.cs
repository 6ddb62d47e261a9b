namespace TorchSharp;

/// <summary>A number given to a tensor operation.</summary>
public sealed class Scalar : IDisposable
{
    private Scalar(ScalarKind kind, long integer, double real)
    {
        Kind = kind;
        Integer = integer;
        Real = real;
    }

    internal ScalarKind Kind { get; }

    internal long Integer { get; }

    internal double Real { get; }

    internal double AsDouble => Kind == ScalarKind.Real ? Real : Integer;

    internal torch.ScalarType Type => Kind switch
    {
        ScalarKind.Integer => torch.ScalarType.Int64,
        ScalarKind.Boolean => torch.ScalarType.Bool,
        _ => torch.ScalarType.Float32,
    };

    public static implicit operator Scalar(byte value) => new(ScalarKind.Integer, value, 0);

    public static implicit operator Scalar(sbyte value) => new(ScalarKind.Integer, value, 0);

    public static implicit operator Scalar(short value) => new(ScalarKind.Integer, value, 0);

    public static implicit operator Scalar(int value) => new(ScalarKind.Integer, value, 0);

    public static implicit operator Scalar(long value) => new(ScalarKind.Integer, value, 0);

    public static implicit operator Scalar(float value) => new(ScalarKind.Real, 0, value);

    public static implicit operator Scalar(double value) => new(ScalarKind.Real, 0, value);

    public static implicit operator Scalar(bool value) => new(ScalarKind.Boolean, value ? 1 : 0, 0);

    public void Dispose()
    {
        // The real one owns native memory; this one does not.
    }
}
