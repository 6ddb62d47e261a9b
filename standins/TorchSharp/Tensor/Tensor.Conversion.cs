using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor to_type(ScalarType type, bool copy = false) => Aten.ToDtype.Tensor(this, type, false, copy);

        public Tensor to(ScalarType type, bool copy = false) => to_type(type, copy);

        public Tensor to(Device device, bool copy = false) => to(dtype, device, copy);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false) => to(new Device(deviceType, deviceIndex), copy);

        public Tensor to(ScalarType type, Device device, bool copy = false) => Aten.ToDevice.Tensor(this, device, type, false, copy);

        public Tensor to(Tensor other) => to(other.dtype, other.device);

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor cpu() => to(CPU);

        public Tensor cuda() => to(CUDA);

        public Tensor detach() => Aten.Detach.Tensor(this);

        public Tensor clone() => Aten.Clone.Tensor(this);

        public Tensor copy_(Tensor source, bool non_blocking = false) => InPlace(Aten.Copy, this, source, non_blocking);

        public Tensor set_(Tensor source) => InPlace(Aten.Set, this, source);

        public Tensor fill_(Scalar value) => InPlace(Aten.FillScalar, this, Argument.Number(value));

        public Tensor zero_() => InPlace(Aten.Zero, this);

        public Tensor normal_(double mean = 0.0, double stddev = 1.0, Generator? generator = null) => InPlace(Aten.Normal, this, mean, stddev, generator);

        public Tensor uniform_(double from, double to, Generator? generator = null) => InPlace(Aten.Uniform, this, from, to, generator);
    }
}
