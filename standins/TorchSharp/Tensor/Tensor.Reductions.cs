using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Aten.Sum.Tensor(this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Aten.SumDims.Tensor(this, new[] { dim }, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Aten.SumDims.Tensor(this, dim.ToArray(), keepdim, type);

        public Tensor mean() => Aten.Mean.Tensor(this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Aten.MeanDims.Tensor(this, dimensions, keepdim, type);

        public Tensor max() => Aten.Max.Tensor(this);

        public Tensor min() => Aten.Min.Tensor(this);

        public Tensor argmax(long dim, bool keepdim = false) => Aten.Argmax.Tensor(this, dim, keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null) => Aten.Cumsum.Tensor(this, dim, type);

        public Tensor all() => Aten.All.Tensor(this);

        /// <summary>Compares element by element; <see cref="Equals(Tensor)"/> compares as a whole.</summary>
        public Tensor equal(Tensor target) => eq(target);

        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => Aten.NormDims.Tensor(this, Argument.Number(p), new long[] { dim }, keepdim);
    }
}
