namespace TorchSharp;

/// <summary>Which kind of number a <see cref="Scalar"/> holds.</summary>
internal enum ScalarKind
{
    Integer,
    Real,
}
