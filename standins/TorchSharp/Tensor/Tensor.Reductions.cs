using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Aten.Sum.Tensor(this, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Aten.SumDims.Tensor(this, dim, keepdim, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Aten.SumDims.Tensor(this, new[] { dim }, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Aten.SumDims.Tensor(this, dim.ToArray(), keepdim, type);

        public Tensor mean() => Aten.Mean.Tensor(this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Aten.MeanDims.Tensor(this, dimensions, keepdim, type);

        public Tensor std(bool unbiased = true) => Aten.Std.Tensor(this, unbiased);

        /// <summary>The type argument has no effect, here as in TorchSharp.</summary>
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Aten.VarDims.Tensor(this, dimensions, unbiased, keepdim);

        public Tensor max() => Aten.Max.Tensor(this);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Pair(Aten.MaxDim.Tensors(this, dim, keepdim));

        public Tensor min() => Aten.Min.Tensor(this);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Pair(Aten.MinDim.Tensors(this, dim, keepdim));

        public Tensor argmax() => Aten.Argmax.Tensor(this);

        public Tensor argmax(long dim, bool keepdim = false) => Aten.Argmax.Tensor(this, dim, keepdim);

        public Tensor argsort(long dim = -1, bool descending = false) => Aten.Argsort.Tensor(this, dim, descending);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) => Pair(Aten.Sort.Tensors(this, stable, dim, descending));

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) => Pair(Aten.Topk.Tensors(this, (long)k, (long)dim, largest, sorted));

        public Tensor cumsum(long dim, ScalarType? type = null) => Aten.Cumsum.Tensor(this, dim, type);

        public Tensor all() => Aten.All.Tensor(this);

        public Tensor any() => Aten.Any.Tensor(this);

        /// <summary>Compares element by element; <see cref="Equals(Tensor)"/> compares as a whole.</summary>
        public Tensor equal(Tensor target) => eq(target);

        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            target is not null && Aten.AllClose.Boolean(this, target, rtol, atol, equal_nan);

        public Tensor norm(float p = 2.0f) => Aten.Norm.Tensor(this, Argument.Number(p));

        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => Aten.NormDims.Tensor(this, Argument.Number(p), new long[] { dim }, keepdim);

        public Tensor logsumexp(long dim, bool keepdim = false) => Aten.LogSumExp.Tensor(this, new[] { dim }, keepdim);

        private static (Tensor First, Tensor Second) Pair(Tensor[] tensors) => (tensors[0], tensors[1]);
    }

    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);

    public static Tensor mean(Tensor input) => input.mean();

    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);
}
