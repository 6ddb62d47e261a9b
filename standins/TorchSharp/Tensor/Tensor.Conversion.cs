using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Converted(Aten.ToDtype.Tensor(this, type, non_blocking, copy), disposeAfter);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Converted(Aten.ToDevice.Tensor(this, device, type, non_blocking, copy), disposeAfter);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor cpu() => to(CPU);

        public Tensor detach() => Aten.Detach.Tensor(this);

        public Tensor clone() => Aten.Clone.Tensor(this);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => InPlace(Aten.Copy, this, source, nonBlocking);

        public Tensor set_(Tensor source) => InPlace(Aten.Set, this, source);

        public Tensor fill_(Scalar value) => InPlace(Aten.FillScalar, this, Argument.Number(value));

        /// <summary>Unlike the other in-place operations, this one returns another handle of the tensor.</summary>
        public Tensor zero_()
        {
            Aten.Zero.Run(this);
            return alias();
        }

        public Tensor normal_(double mean = 0.0, double std = 1.0, Generator? generator = null) => InPlace(Aten.Normal, this, mean, std, generator);

        public Tensor uniform_(double from, double to, Generator? generator = null) => InPlace(Aten.Uniform, this, from, to, generator);

        private Tensor Converted(Tensor result, bool disposeAfter)
        {
            if (disposeAfter)
            {
                Dispose();
            }

            return result;
        }
    }
}
