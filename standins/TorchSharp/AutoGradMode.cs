using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Switches gradient tracking of the current thread until it is disposed.</summary>
internal sealed class AutoGradMode : IDisposable
{
    private readonly bool previous;

    public AutoGradMode(bool enabled)
    {
        previous = NativeMethods.tb_grad_mode() != 0;
        NativeMethods.tb_set_grad_mode(enabled ? 1 : 0);
    }

    public static bool IsEnabled => NativeMethods.tb_grad_mode() != 0;

    public void Dispose() => NativeMethods.tb_set_grad_mode(previous ? 1 : 0);
}
