using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public const ScalarType uint8 = ScalarType.Byte;
    public const ScalarType int8 = ScalarType.Int8;
    public const ScalarType int16 = ScalarType.Int16;
    public const ScalarType int32 = ScalarType.Int32;
    public const ScalarType int64 = ScalarType.Int64;
    public const ScalarType float16 = ScalarType.Float16;
    public const ScalarType float32 = ScalarType.Float32;
    public const ScalarType float64 = ScalarType.Float64;
    public const ScalarType bfloat16 = ScalarType.BFloat16;
    public const ScalarType @bool = ScalarType.Bool;

    public static readonly Device CPU = new(DeviceType.CPU);
    public static readonly Device CUDA = new(DeviceType.CUDA);
    public static readonly Device META = new(DeviceType.META);

    /// <summary>The element types; the numbers are libtorch's.</summary>
    public enum ScalarType : sbyte
    {
        Byte = 0,
        Int8 = 1,
        Int16 = 2,
        Int32 = 3,
        Int64 = 4,
        Float16 = 5,
        Float32 = 6,
        Float64 = 7,
        ComplexFloat32 = 9,
        Bool = 11,
        BFloat16 = 15,
    }

    public static Device device(string description) => new(description);

    public static ScalarType get_default_dtype() => ScalarType.Float32;

    public static bool is_floating_point(ScalarType type) => type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;

    /// <summary>Where a tensor lies.</summary>
    public class Device
    {
        private Utf8Text? text;

        public Device(string description)
        {
            var colon = description.IndexOf(':', StringComparison.Ordinal);
            var kind = colon < 0 ? description : description[..colon];
            type = kind.ToLowerInvariant() switch
            {
                "cpu" => DeviceType.CPU,
                "cuda" => DeviceType.CUDA,
                "meta" => DeviceType.META,
                _ => throw new ArgumentException($"Invalid device string: {description}", nameof(description)),
            };
            index = colon < 0 ? DefaultIndex(type) : int.Parse(description.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture);
        }

        public Device(DeviceType type, int index = -1)
        {
            this.type = type;
            this.index = index < 0 ? DefaultIndex(type) : index;
        }

        public DeviceType type { get; }

        public int index { get; }

        internal Utf8Text Utf8 => text ??= new Utf8Text(ToString());

        public override bool Equals(object? obj) => obj is Device other && type == other.type && index == other.index;

        public override int GetHashCode() => HashCode.Combine(type, index);

        public override string ToString() => index < 0 ? type.ToString().ToLowerInvariant() : $"{type.ToString().ToLowerInvariant()}:{index}";

        public static implicit operator Device(string description) => new(description);

        private static int DefaultIndex(DeviceType type) => type == DeviceType.CUDA ? 0 : -1;
    }

    /// <summary>The lengths of a tensor's dimensions.</summary>
    public readonly struct Size
    {
        private readonly long[] lengths;

        public Size(long[] shape) => lengths = shape;

        internal long[] Lengths => lengths;

        public static implicit operator Size(long[] size) => new(size);
    }
}
