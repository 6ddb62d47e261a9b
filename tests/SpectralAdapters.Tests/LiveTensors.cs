using static TorchSharp.torch;

namespace SpectralAdapters.Tests;

/// <summary>The number of live tensor handles.</summary>
internal static class LiveTensors
{
    /// <summary>
    /// The number now. Handles that earlier code dropped are finalised first, so that they do not go during the measurement; twice,
    /// because what a finaliser releases (an autograd node its saved tensors) is itself finalised in the next round.
    /// </summary>
    public static long Count()
    {
        for (var round = 0; round < 2; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return Tensor.TotalCount;
    }
}
