using static TorchSharp.torch;

namespace SpectralAdapters.Tests;

/// <summary>The number of live tensor handles.</summary>
internal static class LiveTensors
{
    /// <summary>The number now. Handles that earlier tests dropped are finalised first, so that they do not go during the measurement.</summary>
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
