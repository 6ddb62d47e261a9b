using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Layers and losses as functions.</summary>
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Aten.Linear.Tensor(input, weights, bias);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-05) =>
                Aten.LayerNorm.Tensor(input, normalized_shape, weight, bias, eps);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? throw new ArgumentException("in-place dropout is not supported here", nameof(inplace)) : Aten.Dropout.Tensor(input, p, training);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => Aten.Softmax.Tensor(input, dim, dtype);

            public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => Aten.LogSoftmax.Tensor(input, dim, dtype);

            public static Tensor relu(Tensor x, bool inplace = false) =>
                inplace ? throw new ArgumentException("an in-place ReLU is not supported here", nameof(inplace)) : Aten.Relu.Tensor(x);

            public static Tensor silu(Tensor x, bool inplace = false) =>
                inplace ? throw new ArgumentException("an in-place SiLU is not supported here", nameof(inplace)) : Aten.Silu.Tensor(x);

            public static Tensor gelu(Tensor x) => Aten.Gelu.Tensor(x);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => x.dtype == ScalarType.Int64
                ? Aten.OneHot.Tensor(x, num_classes)
                : throw new ArgumentException("OneHot input tensor must have elements of type Int64");

            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0.0) =>
                Aten.CrossEntropy.Tensor(input, target, weight, (long)reduction, ignore_index, label_smoothing);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Aten.MseLoss.Tensor(input, target, (long)reduction);

            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                Aten.BceWithLogits.Tensor(input, target, weight, pos_weights, (long)reduction);
        }

        public static partial class utils
        {
            private const double Epsilon = 1e-6;

            /// <summary>Scales all gradients so that their common 2-norm is at most max_norm; returns the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Modules.Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using var scope = NewDisposeScope();
                using var mode = no_grad();
                var gradients = tensors.Select(tensor => tensor.grad).OfType<Tensor>().ToList();
                if (gradients.Count == 0)
                {
                    return 0;
                }

                var norms = stack([.. gradients.Select(gradient => gradient.norm((float)norm_type))]);
                var total = norms.norm((float)norm_type);
                var factor = (max_norm / (total + Epsilon)).clamp(max: 1.0);
                foreach (var gradient in gradients)
                {
                    gradient.mul_(factor);
                }

                return total.ToScalar().AsDouble;
            }
        }
    }
}
