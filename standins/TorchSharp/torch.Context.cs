using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>The functions and types of PyTorch's torch module.</summary>
public static partial class torch
{
    public static string __version__ => System.Runtime.InteropServices.Marshal.PtrToStringUTF8(NativeMethods.tb_version())!;

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.Enter();

    public static IDisposable no_grad() => new AutoGradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new AutoGradMode(enabled);

    public static bool is_grad_enabled() => AutoGradMode.IsEnabled;

    public static void set_num_threads(int num) => NativeMethods.ThrowIf(NativeMethods.tb_set_threads(num) != 0);

    public static int get_num_threads() => NativeMethods.tb_threads();

    public static bool cuda_is_available() => cuda.is_available();

    public static partial class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count() => NativeMethods.tb_device_count((int)DeviceType.CUDA);

        public static void synchronize(Device? device = null) =>
            NativeMethods.ThrowIf(NativeMethods.tb_synchronize((int)DeviceType.CUDA, device?.index ?? -1) != 0);
    }

    public static partial class backends
    {
        public static partial class cuda
        {
            public static partial class matmul
            {
                public static bool allow_tf32
                {
                    get
                    {
                        var allowed = NativeMethods.tb_tf32();
                        NativeMethods.ThrowIf(allowed < 0);
                        return allowed != 0;
                    }
                    set => NativeMethods.ThrowIf(NativeMethods.tb_set_tf32(value ? 1 : 0) != 0);
                }
            }
        }
    }
}
