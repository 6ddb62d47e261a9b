using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    public static partial class random
    {
        public static Generator manual_seed(long seed)
        {
            NativeMethods.ThrowIf(NativeMethods.tb_manual_seed((ulong)seed) != 0);
            return Generator.Default;
        }
    }

    /// <summary>A source of random numbers with a state of its own.</summary>
    public class Generator : IDisposable
    {
        public Generator(ulong seed = 0, Device? device = null)
            : this(NativeMethods.tb_generator(seed, (device ?? CPU).ToString()), device ?? CPU)
        {
        }

        private Generator(nint handle, Device device)
        {
            NativeMethods.ThrowIf(handle == 0);
            Handle = handle;
            this.device = device;
        }

        ~Generator() => Dispose(false);

        public static Generator Default => new(NativeMethods.tb_default_generator(), CPU);

        public IntPtr Handle { get; private set; }

        public Device device { get; }

        public Tensor get_state() => NativeMethods.Tensor(NativeMethods.tb_generator_state(Handle));

        public void set_state(Tensor value) => NativeMethods.ThrowIf(NativeMethods.tb_generator_set_state(Handle, value.Handle) != 0);

        public Generator manual_seed(long seed)
        {
            NativeMethods.ThrowIf(NativeMethods.tb_generator_seed(Handle, (ulong)seed) != 0);
            return this;
        }

        public long initial_seed() => (long)NativeMethods.tb_generator_initial_seed(Handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
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
