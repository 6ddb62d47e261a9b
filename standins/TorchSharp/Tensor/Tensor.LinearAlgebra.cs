using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Aten.Matmul.Tensor(this, target);

        public Tensor mm(Tensor target) => Aten.Mm.Tensor(this, target);

        public Tensor bmm(Tensor batch2) => Aten.Bmm.Tensor(this, batch2);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Aten.Addmm.Tensor(this, mat1, mat2, Argument.Number(beta), Argument.Number(alpha));

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            InPlace(Aten.AddmmInPlace, this, mat1, mat2, Argument.Number(beta), Argument.Number(alpha));

        public Tensor dot(Tensor target) => shape is [var length] && target.shape is [var other] && length == other
            ? Aten.Dot.Tensor(this, target)
            : throw new InvalidOperationException("dot arguments must have the same shape.");

        public Tensor outer(Tensor vec2) => Aten.Outer.Tensor(this, vec2);
    }

    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    public static partial class linalg
    {
        private static readonly Utf8Text ReducedQr = new("reduced");
        private static readonly Utf8Text CompleteQr = new("complete");
        private static readonly Utf8Text ROnly = new("r");

        public enum QRMode
        {
            Reduced = 0,
            Complete = 1,
            R = 2,
        }

        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true)
        {
            var parts = Aten.Svd.Tensors(input, fullMatrices);
            return (parts[0], parts[1], parts[2]);
        }

        public static Tensor svdvals(Tensor input) => Aten.SvdVals.Tensor(input);

        public static (Tensor Q, Tensor R) qr(Tensor input, QRMode mode = QRMode.Reduced)
        {
            var parts = Aten.Qr.Tensors(input, mode switch { QRMode.Reduced => ReducedQr, QRMode.Complete => CompleteQr, _ => ROnly });
            return (parts[0], parts[1]);
        }

        public static Tensor inv(Tensor input) => Aten.Inv.Tensor(input);

        public static Tensor vector_norm(Tensor input, double ord = 2d, long[]? dims = null, bool keepdim = false) =>
            Aten.VectorNorm.Tensor(input, Argument.Number(ord), dims, keepdim);
    }
}
