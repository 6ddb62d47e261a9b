using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>The functions and types of PyTorch's torch module.</summary>
public static partial class torch
{
    public static string __version__ => System.Runtime.InteropServices.Marshal.PtrToStringUTF8(NativeMethods.tb_version())!;

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.Enter();

    public static IDisposable no_grad() => new AutoGradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new AutoGradMode(enabled);

    public static void set_num_threads(int num) => NativeMethods.ThrowIf(NativeMethods.tb_set_threads(num) != 0);
}
