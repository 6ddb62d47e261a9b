namespace TorchSharp.Interop;

/// <summary>What a <see cref="Value"/> holds; the numbers are those of torch_bridge.cpp.</summary>
internal enum ValueTag
{
    None = 0,
    Tensor = 1,
    Integer = 2,
    Real = 3,
    Boolean = 4,
    IntegerList = 5,
    TensorList = 6,
    String = 8,
    Device = 9,
    IntegerScalar = 12,
    RealScalar = 13,
    Generator = 14,
}
