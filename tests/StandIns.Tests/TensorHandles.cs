using TorchSharp;

namespace SpectralExperiments.Tests;

internal static class TensorHandles
{
    /// <summary>How many tensor handles are alive once nothing is left of what earlier tests dropped without disposing it.</summary>
    public static long Settled()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return torch.Tensor.TotalCount;
    }

    public static bool IsDisposed(torch.Tensor tensor) => Record.Exception(() => tensor.Handle) is InvalidOperationException;
}
