using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static Generator manual_seed(long seed)
    {
        NativeMethods.ThrowIf(NativeMethods.tb_manual_seed((ulong)seed) != 0);
        return new Generator(NativeMethods.tb_default_generator());
    }

    /// <summary>A source of random numbers with a state of its own.</summary>
    public class Generator : IDisposable
    {
        public Generator(ulong seed = 0, Device? device = null)
            : this(NativeMethods.tb_generator(seed, (device ?? CPU).ToString()))
        {
        }

        internal Generator(nint handle)
        {
            NativeMethods.ThrowIf(handle == 0);
            Handle = handle;
        }

        ~Generator() => Release();

        internal nint Handle { get; private set; }

        public void Dispose()
        {
            Release();
            GC.SuppressFinalize(this);
        }

        private void Release()
        {
            var handle = Handle;
            Handle = 0;
            if (handle != 0)
            {
                NativeMethods.tb_generator_free(handle);
            }
        }
    }
}
