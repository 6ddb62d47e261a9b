using TorchSharp.Interop;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The contents of a contiguous CPU tensor.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                var size = numel() * ElementSize;
                return size <= int.MaxValue
                    ? new Span<byte>(DataPointer(), (int)size)
                    : throw new ArgumentException("Span only supports up to int.MaxValue elements.");
            }
        }

        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            ThrowIfNotReadableAs<T>();
            return new TensorAccessor<T>(this);
        }

        public unsafe T item<T>()
            where T : unmanaged
        {
            if (numel() != 1)
            {
                throw new ArgumentException("Number of elements in the tensor must be 1");
            }

            ThrowIfNotReadableAs<T>();
            var value = *(T*)DataPointer();
            GC.KeepAlive(this);
            return value;
        }

        internal unsafe void* DataPointer()
        {
            if (NativeMethods.tb_is_contiguous(Handle) == 0)
            {
                throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
            }

            if (device_type != DeviceType.CPU)
            {
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            }

            var pointer = NativeMethods.tb_data(Handle);
            GC.KeepAlive(this);
            NativeMethods.ThrowIf(pointer == null && numel() > 0);
            return pointer;
        }

        private void ThrowIfNotReadableAs<T>()
            where T : unmanaged
        {
            if (device_type != DeviceType.CPU)
            {
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            }

            if (TypeOf<T>() != dtype)
            {
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
            }
        }
    }

    internal static ScalarType TypeOf<T>()
        where T : unmanaged =>
        default(T) switch
        {
            float => ScalarType.Float32,
            double => ScalarType.Float64,
            long => ScalarType.Int64,
            int => ScalarType.Int32,
            short => ScalarType.Int16,
            sbyte => ScalarType.Int8,
            byte => ScalarType.Byte,
            bool => ScalarType.Bool,
            Half => ScalarType.Float16,
            _ => throw new ArgumentException($"{typeof(T).Name} is no element type of a tensor"),
        };
}
