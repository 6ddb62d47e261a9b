using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Aten.Matmul.Tensor(this, target);

        public Tensor mm(Tensor target) => Aten.Mm.Tensor(this, target);

        public Tensor mv(Tensor target) => Aten.Mv.Tensor(this, target);

        public Tensor bmm(Tensor batch2) => Aten.Bmm.Tensor(this, batch2);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Aten.Addmm.Tensor(this, mat1, mat2, Argument.Number(beta), Argument.Number(alpha));

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            InPlace(Aten.AddmmInPlace, this, mat1, mat2, Argument.Number(beta), Argument.Number(alpha));

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Aten.Baddbmm.Tensor(this, batch1, batch2, Argument.Number(beta), Argument.Number(alpha));

        public Tensor dot(Tensor target) => shape is [var length] && target.shape is [var other] && length == other
            ? Aten.Dot.Tensor(this, target)
            : throw new InvalidOperationException("dot arguments must have the same shape.");

        public Tensor outer(Tensor vec2) => Aten.Outer.Tensor(this, vec2);
    }

    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);

    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);

    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => input.addmm(mat1, mat2, beta, alpha);

    public static Tensor baddbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => input.baddbmm(batch1, batch2, beta, alpha);

    public static Tensor dot(Tensor input, Tensor target) => input.dot(target);

    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);

    public static partial class linalg
    {
        private static readonly Utf8Text Lower = new("L");
        private static readonly Utf8Text Upper = new("U");
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

        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L')
        {
            var parts = Aten.Eigh.Tensors(input, UPLO is 'U' or 'u' ? Upper : Lower);
            return (parts[0], parts[1]);
        }

        public static Tensor inv(Tensor input) => Aten.Inv.Tensor(input);

        public static Tensor solve(Tensor A, Tensor B, bool left = true) => left
            ? Aten.Solve.Tensor(A, B)
            : throw new ArgumentException("left: false is not supported here", nameof(left));

        public static Tensor matrix_rank(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) =>
            Aten.MatrixRank.Tensor(input, atol, rtol, hermitian);

        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) =>
            Aten.Pinv.Tensor(input, atol, rtol, hermitian);

        public static Tensor vector_norm(Tensor input, double ord = 2d, long[]? dims = null, bool keepdim = false) =>
            Aten.VectorNorm.Tensor(input, Argument.Number(ord), dims, keepdim);
    }
}
