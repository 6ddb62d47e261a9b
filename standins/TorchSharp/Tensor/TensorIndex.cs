namespace TorchSharp;

public static partial class torch
{
    /// <summary>One index of an indexing expression: a number.</summary>
    public struct TensorIndex
    {
        internal long Number { get; private init; }

        public static implicit operator TensorIndex(long value) => new() { Number = value };
    }
}
