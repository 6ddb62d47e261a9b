using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => add(target, 1);

        public Tensor add(Tensor target, Scalar alpha) => Aten.Add.Tensor(this, target, Argument.Number(alpha));

        public Tensor add(Scalar scalar) => Aten.AddScalar.Tensor(this, Argument.Number(scalar));

        public Tensor add_(Tensor target) => add_(target, 1);

        public Tensor add_(Tensor target, Scalar alpha) => InPlace(Aten.AddInPlace, this, target, Argument.Number(alpha));

        public Tensor add_(Scalar scalar) => InPlace(Aten.AddInPlaceScalar, this, Argument.Number(scalar));

        public Tensor sub(Tensor target) => Aten.Sub.Tensor(this, target);

        public Tensor sub(Scalar target) => Aten.SubScalar.Tensor(this, Argument.Number(target));

        public Tensor sub_(Tensor target) => InPlace(Aten.SubInPlace, this, target);

        public Tensor sub_(Scalar target) => InPlace(Aten.SubInPlaceScalar, this, Argument.Number(target));

        public Tensor mul(Tensor target) => Aten.Mul.Tensor(this, target);

        public Tensor mul(Scalar target) => Aten.MulScalar.Tensor(this, Argument.Number(target));

        public Tensor mul_(Tensor target) => InPlace(Aten.MulInPlace, this, target);

        public Tensor mul_(Scalar target) => InPlace(Aten.MulInPlaceScalar, this, Argument.Number(target));

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Aten.Div.Tensor(this, target, Name(rounding_mode));

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Aten.DivScalar.Tensor(this, Argument.Number(target), Name(rounding_mode));

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => InPlace(Aten.DivInPlace, this, target, Name(rounding_mode));

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            InPlace(Aten.DivInPlaceScalar, this, Argument.Number(target), Name(rounding_mode));

        public Tensor reciprocal() => Aten.Reciprocal.Tensor(this);

        public Tensor pow(Scalar exponent) => Aten.PowScalar.Tensor(this, Argument.Number(exponent));

        public Tensor neg() => Aten.Neg.Tensor(this);

        public Tensor abs() => Aten.Abs.Tensor(this);

        public Tensor sign() => Aten.Sign.Tensor(this);

        public Tensor sqrt() => Aten.Sqrt.Tensor(this);

        public Tensor sqrt_() => InPlace(Aten.SqrtInPlace, this);

        public Tensor rsqrt() => Aten.Rsqrt.Tensor(this);

        public Tensor square() => pow(2);

        public Tensor exp() => Aten.Exp.Tensor(this);

        public Tensor sin() => Aten.Sin.Tensor(this);

        public Tensor cos() => Aten.Cos.Tensor(this);

        public Tensor tanh() => Aten.Tanh.Tensor(this);

        public Tensor sigmoid() => Aten.Sigmoid.Tensor(this);

        public Tensor relu() => Aten.Relu.Tensor(this);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Aten.Clamp.Tensor(this, Argument.OptionalNumber(min), Argument.OptionalNumber(max));

        public Tensor lerp_(Tensor end, Tensor weight) => InPlace(Aten.LerpInPlace, this, end, weight);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.Addcmul.Tensor(this, tensor1, tensor2, Argument.Number(value));

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace(Aten.AddcmulInPlace, this, tensor1, tensor2, Argument.Number(value));

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace(Aten.AddcdivInPlace, this, tensor1, tensor2, Argument.Number(value));

        private static Argument Name(RoundingMode mode) => mode switch
        {
            RoundingMode.trunc => TruncMode,
            RoundingMode.floor => FloorMode,
            _ => Argument.None,
        };

        public Tensor isfinite() => Aten.IsFinite.Tensor(this);

        public Tensor eq(Tensor target) => Aten.EqTensor.Tensor(this, target);

        public Tensor eq(Scalar target) => Aten.EqScalar.Tensor(this, Argument.Number(target));

        public Tensor ne(Tensor target) => Aten.NeTensor.Tensor(this, target);

        public Tensor ne(Scalar target) => Aten.NeScalar.Tensor(this, Argument.Number(target));

        public Tensor lt(Tensor target) => Aten.LtTensor.Tensor(this, target);

        public Tensor gt(Tensor target) => Aten.GtTensor.Tensor(this, target);

        public Tensor gt(Scalar target) => Aten.GtScalar.Tensor(this, Argument.Number(target));
    }

    public enum RoundingMode
    {
        None,
        trunc,
        floor,
    }

    private static readonly Utf8Text TruncMode = new("trunc");
    private static readonly Utf8Text FloorMode = new("floor");
}
