using TorchSharp;

namespace SpectralExperiments.Tests;

/// <summary>How many tensor handles are alive once nothing is left of what earlier tests dropped without disposing it.</summary>
internal static class LiveHandles
{
    public static long Settled()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return torch.Tensor.TotalCount;
    }
}
