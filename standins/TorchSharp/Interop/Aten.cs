namespace TorchSharp.Interop;

/// <summary>The operators that the stand-in calls, by schema name and overload.</summary>
internal static class Aten
{
    // Creation.
    public static readonly Operator Empty = new("empty", "memory_format");
    public static readonly Operator EmptyLike = new("empty_like");
    public static readonly Operator Zeros = new("zeros");
    public static readonly Operator ZerosLike = new("zeros_like");
    public static readonly Operator Ones = new("ones");
    public static readonly Operator Full = new("full");
    public static readonly Operator Eye = new("eye", "m");
    public static readonly Operator Arange = new("arange", "start_step");
    public static readonly Operator Randn = new("randn", "generator");
    public static readonly Operator Rand = new("rand", "generator");
    public static readonly Operator Randint = new("randint", "low_generator");
    public static readonly Operator Randperm = new("randperm", "generator");
    public static readonly Operator Normal = new("normal_");
    public static readonly Operator Uniform = new("uniform_");

    // Conversion, copies, autograd.
    public static readonly Operator ToDtype = new("to", "dtype");
    public static readonly Operator ToDevice = new("to", "device");
    public static readonly Operator Copy = new("copy_");
    public static readonly Operator Set = new("set_", "source_Tensor");
    public static readonly Operator Detach = new("detach");
    public static readonly Operator Clone = new("clone");
    public static readonly Operator Contiguous = new("contiguous");

    // Shapes and indexing.
    public static readonly Operator View = new("view");
    public static readonly Operator Reshape = new("reshape");
    public static readonly Operator Flatten = new("flatten", "using_ints");
    public static readonly Operator Transpose = new("transpose", "int");
    public static readonly Operator T = new("t");
    public static readonly Operator Permute = new("permute");
    public static readonly Operator Squeeze = new("squeeze");
    public static readonly Operator SqueezeDim = new("squeeze", "dim");
    public static readonly Operator Unsqueeze = new("unsqueeze");
    public static readonly Operator Expand = new("expand");
    public static readonly Operator Repeat = new("repeat");
    public static readonly Operator RepeatInterleave = new("repeat_interleave", "self_int");
    public static readonly Operator Narrow = new("narrow");
    public static readonly Operator AsStrided = new("as_strided");
    public static readonly Operator Select = new("select", "int");
    public static readonly Operator IndexSelect = new("index_select");
    public static readonly Operator Gather = new("gather");
    public static readonly Operator Cat = new("cat");
    public static readonly Operator Stack = new("stack");
    public static readonly Operator MaskedFill = new("masked_fill", "Scalar");
    public static readonly Operator MaskedFillInPlace = new("masked_fill_", "Scalar");
    public static readonly Operator Triu = new("triu");
    public static readonly Operator Diagonal = new("diagonal");
    public static readonly Operator Diag = new("diag");
    public static readonly Operator Flip = new("flip");
    public static readonly Operator FillScalar = new("fill_", "Scalar");
    public static readonly Operator Zero = new("zero_");

    // Point-wise.
    public static readonly Operator Add = new("add", "Tensor");
    public static readonly Operator AddScalar = new("add", "Scalar");
    public static readonly Operator AddInPlace = new("add_", "Tensor");
    public static readonly Operator AddInPlaceScalar = new("add_", "Scalar");
    public static readonly Operator Sub = new("sub", "Tensor");
    public static readonly Operator SubScalar = new("sub", "Scalar");
    public static readonly Operator SubInPlace = new("sub_", "Tensor");
    public static readonly Operator SubInPlaceScalar = new("sub_", "Scalar");
    public static readonly Operator Mul = new("mul", "Tensor");
    public static readonly Operator MulScalar = new("mul", "Scalar");
    public static readonly Operator MulInPlace = new("mul_", "Tensor");
    public static readonly Operator MulInPlaceScalar = new("mul_", "Scalar");
    public static readonly Operator Div = new("div", "Tensor_mode");
    public static readonly Operator DivScalar = new("div", "Scalar_mode");
    public static readonly Operator DivInPlace = new("div_", "Tensor_mode");
    public static readonly Operator DivInPlaceScalar = new("div_", "Scalar_mode");
    public static readonly Operator Reciprocal = new("reciprocal");
    public static readonly Operator PowScalar = new("pow", "Tensor_Scalar");
    public static readonly Operator Neg = new("neg");
    public static readonly Operator Abs = new("abs");
    public static readonly Operator Sign = new("sign");
    public static readonly Operator Sqrt = new("sqrt");
    public static readonly Operator SqrtInPlace = new("sqrt_");
    public static readonly Operator Rsqrt = new("rsqrt");
    public static readonly Operator Exp = new("exp");
    public static readonly Operator Sin = new("sin");
    public static readonly Operator Cos = new("cos");
    public static readonly Operator Tanh = new("tanh");
    public static readonly Operator Sigmoid = new("sigmoid");
    public static readonly Operator Relu = new("relu");
    public static readonly Operator Gelu = new("gelu");
    public static readonly Operator Clamp = new("clamp");
    public static readonly Operator LerpInPlace = new("lerp_", "Tensor");
    public static readonly Operator Addcmul = new("addcmul");
    public static readonly Operator AddcmulInPlace = new("addcmul_");
    public static readonly Operator AddcdivInPlace = new("addcdiv_");
    public static readonly Operator IsFinite = new("isfinite");
    public static readonly Operator EqTensor = new("eq", "Tensor");
    public static readonly Operator EqScalar = new("eq", "Scalar");
    public static readonly Operator NeTensor = new("ne", "Tensor");
    public static readonly Operator NeScalar = new("ne", "Scalar");
    public static readonly Operator LtTensor = new("lt", "Tensor");
    public static readonly Operator GtTensor = new("gt", "Tensor");
    public static readonly Operator GtScalar = new("gt", "Scalar");

    // Reductions.
    public static readonly Operator Sum = new("sum");
    public static readonly Operator SumDims = new("sum", "dim_IntList");
    public static readonly Operator Mean = new("mean");
    public static readonly Operator MeanDims = new("mean", "dim");
    public static readonly Operator Max = new("max");
    public static readonly Operator Min = new("min");
    public static readonly Operator Argmax = new("argmax");
    public static readonly Operator Cumsum = new("cumsum");
    public static readonly Operator All = new("all");
    public static readonly Operator Equal = new("equal");
    public static readonly Operator NormDims = new("norm", "ScalarOpt_dim");

    // Matrix products and linear algebra.
    public static readonly Operator Matmul = new("matmul");
    public static readonly Operator Mm = new("mm");
    public static readonly Operator Bmm = new("bmm");
    public static readonly Operator Addmm = new("addmm");
    public static readonly Operator AddmmInPlace = new("addmm_");
    public static readonly Operator Dot = new("dot");
    public static readonly Operator Outer = new("outer");
    public static readonly Operator Svd = new("linalg_svd");
    public static readonly Operator SvdVals = new("linalg_svdvals");
    public static readonly Operator Qr = new("linalg_qr");
    public static readonly Operator Inv = new("linalg_inv");
    public static readonly Operator VectorNorm = new("linalg_vector_norm");

    // Layers and losses.
    public static readonly Operator Linear = new("linear");
    public static readonly Operator Embedding = new("embedding");
    public static readonly Operator LayerNorm = new("layer_norm");
    public static readonly Operator Dropout = new("dropout");
    public static readonly Operator Softmax = new("softmax", "int");
    public static readonly Operator CrossEntropy = new("cross_entropy_loss");
    public static readonly Operator MseLoss = new("mse_loss");
    public static readonly Operator BceWithLogits = new("binary_cross_entropy_with_logits");
}
