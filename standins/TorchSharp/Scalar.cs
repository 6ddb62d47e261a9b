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

    public static implicit operator Scalar(int value) => new(ScalarKind.Integer, value, 0);

    public static implicit operator Scalar(long value) => new(ScalarKind.Integer, value, 0);

    public static implicit operator Scalar(float value) => new(ScalarKind.Real, 0, value);

    public static implicit operator Scalar(double value) => new(ScalarKind.Real, 0, value);

    public void Dispose()
    {
        // The real one owns native memory; this one does not.
    }
}
