namespace TorchSharp;

public static partial class torch
{
    /// <summary>One index of an indexing expression: a number, a slice, a tensor, a new axis or an ellipsis.</summary>
    public struct TensorIndex
    {
        internal IndexKind Kind { get; private init; }

        internal long? Start { get; private init; }

        internal long? Stop { get; private init; }

        internal long? Step { get; private init; }

        internal Tensor? Indices { get; private init; }

        internal enum IndexKind
        {
            Single,
            Slice,
            Tensor,
            NewAxis,
            Ellipsis,
        }

        public static readonly TensorIndex Ellipsis = new() { Kind = IndexKind.Ellipsis };

        public static readonly TensorIndex Null = new() { Kind = IndexKind.NewAxis };

        public static readonly TensorIndex Colon = Slice();

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new() { Kind = IndexKind.Slice, Start = start, Stop = stop, Step = step };

        public static TensorIndex Single(long? index) => new() { Kind = IndexKind.Single, Start = index };

        public static TensorIndex Tensor(Tensor tensor) => new() { Kind = IndexKind.Tensor, Indices = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            range.End is { IsFromEnd: true, Value: 0 } ? null : range.End.IsFromEnd ? -range.End.Value : range.End.Value);
    }
}
