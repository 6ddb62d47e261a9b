using System.Diagnostics;

namespace Training;

/// <summary>The peak resident memory of this process.</summary>
/// <remarks>
/// On a GPU this is the host's share alone: TorchSharp 0.107 does not expose the statistics of CUDA's caching allocator, so the memory
/// of tensors on the device is not measured.
/// </remarks>
public static class PeakMemory
{
    private const string LinuxReset = "/proc/self/clear_refs";

    /// <summary>Starts a new measurement where the system supports it (Linux); elsewhere the peak is that of the whole process.</summary>
    public static void Reset()
    {
        try
        {
            if (File.Exists(LinuxReset))
            {
                File.WriteAllText(LinuxReset, "5");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Some containers forbid it; a peak that includes earlier work is still an upper bound.
        }
    }

    /// <summary>The peak in bytes.</summary>
    public static long Read()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
