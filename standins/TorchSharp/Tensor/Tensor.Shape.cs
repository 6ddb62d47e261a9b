using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Aten.View.Tensor(this, shape);

        public Tensor view_as(Tensor other) => view(other.shape);

        public Tensor reshape(params long[] shape) => Aten.Reshape.Tensor(this, shape);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Aten.Flatten.Tensor(this, start_dim, end_dim);

        public Tensor transpose(long dim0, long dim1) => Aten.Transpose.Tensor(this, dim0, dim1);

        public Tensor t() => Aten.T.Tensor(this);

        public Tensor permute(params long[] permutation) => Aten.Permute.Tensor(this, permutation);

        public Tensor squeeze(long? dim = null) => dim is { } one ? Aten.SqueezeDim.Tensor(this, one) : Aten.Squeeze.Tensor(this);

        public Tensor unsqueeze(long dim) => Aten.Unsqueeze.Tensor(this, dim);

        public Tensor expand(params long[] sizes) => Aten.Expand.Tensor(this, sizes);

        public Tensor repeat(params long[] sizes) => Aten.Repeat.Tensor(this, sizes);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) => Aten.RepeatInterleave.Tensor(this, repeats, dim, output_size);

        public Tensor narrow(long dim, long start, long length) => Aten.Narrow.Tensor(this, dim, start, length);

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0L) => Aten.AsStrided.Tensor(this, size, strides, storageOffset);

        public Tensor select(long dim, long index) => Aten.Select.Tensor(this, dim, index);

        public Tensor index_select(long dim, Tensor index) => Aten.IndexSelect.Tensor(this, dim, index);

        public Tensor gather(long dim, Tensor index) => Aten.Gather.Tensor(this, dim, index);

        public Tensor masked_fill(Tensor mask, Scalar value) => Aten.MaskedFill.Tensor(this, mask, Argument.Number(value));

        public Tensor masked_fill_(Tensor mask, Scalar value) => InPlace(Aten.MaskedFillInPlace, this, mask, Argument.Number(value));

        public Tensor triu(long diagonal = 0) => Aten.Triu.Tensor(this, diagonal);

        public Tensor diagonal(long offset = 0L, long dim1 = 0L, long dim2 = 1L) => Aten.Diagonal.Tensor(this, offset, dim1, dim2);

        public Tensor diag(long diagonal = 0) => Aten.Diag.Tensor(this, diagonal);

        public Tensor flip(params long[] dims) => Aten.Flip.Tensor(this, dims);

        public Tensor contiguous() => Aten.Contiguous.Tensor(this);

        /// <summary>Runs an in-place operator; the result is this object itself, so whoever disposes it disposes the tensor.</summary>
        private Tensor InPlace(Operator op, params ReadOnlySpan<Argument> arguments)
        {
            op.Run(arguments);
            return this;
        }
    }

    /// <summary>One tensor alone comes back as another handle of itself, not as a copy.</summary>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => tensors.Count switch
    {
        0 => throw new ArgumentException(nameof(tensors)),
        1 => tensors[0].alias(),
        _ => Aten.Cat.Tensor(Argument.Tensors(AsReadOnly(tensors)), dim),
    };

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Aten.Stack.Tensor(Argument.Tensors([.. tensors]), dim);

    public static Tensor diag(Tensor input, long diagonal = 0) => input.diag(diagonal);

    private static IReadOnlyList<Tensor> AsReadOnly(IList<Tensor> tensors) => tensors as IReadOnlyList<Tensor> ?? [.. tensors];
}
