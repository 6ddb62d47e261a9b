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
                var size = NumberOfElements * ElementSize;
                return size <= int.MaxValue
                    ? new Span<byte>(DataPointer(), (int)size)
                    : throw new ArgumentException("Span only supports up to int.MaxValue elements.");
            }
            set
            {
                if (value.Length != NumberOfElements * ElementSize)
                {
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                }

                value.CopyTo(bytes);
            }
        }

        public TensorAccessor<T> data<T>()
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

            return new TensorAccessor<T>(this);
        }

        public T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
            {
                throw new ArgumentException("Number of elements in the tensor must be 1");
            }

            return data<T>()[0];
        }

        public Scalar ToScalar()
        {
            using var cpu = this.cpu();
            return dtype switch
            {
                ScalarType.Bool => cpu.item<bool>(),
                ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16 => Read<double>(cpu, ScalarType.Float64),
                _ => Read<long>(cpu, ScalarType.Int64),
            };
        }

        internal unsafe void* DataPointer()
        {
            if (!is_contiguous())
            {
                throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
            }

            if (device_type != DeviceType.CPU)
            {
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            }

            var pointer = NativeMethods.tb_data(Handle);
            GC.KeepAlive(this);
            NativeMethods.ThrowIf(pointer == null && NumberOfElements > 0);
            return pointer;
        }

        private static T Read<T>(Tensor tensor, ScalarType type)
            where T : unmanaged
        {
            using var converted = tensor.to_type(type);
            return converted.item<T>();
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
