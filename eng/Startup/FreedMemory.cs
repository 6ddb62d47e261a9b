using System.Runtime.InteropServices;

namespace SpectralExperiments.Startup;

/// <summary>
/// The memory of tensors. Between two steps glibc gives the memory of freed tensors back to the system, only to fetch it again,
/// page by page; kept, it saves a few per cent of a training step.
/// </summary>
internal static class FreedMemory
{
    // From malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapThreshold = -3;

    // Larger blocks are mapped, and unmapped when they are freed.
    private const int LargestKeptBlock = 32 << 20;

    // How much more than it needs the heap grows at once.
    private const int Growth = 256 << 20;

    /// <summary>Keeps freed memory, unless the user has set glibc's own variables.</summary>
    public static void Keep()
    {
        if (Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name.StartsWith("MALLOC_", StringComparison.Ordinal)))
        {
            return;
        }

        try
        {
            _ = SetOption(TrimThreshold, int.MaxValue);
            _ = SetOption(MapThreshold, LargestKeptBlock);
            _ = SetOption(TopPad, Growth);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library than glibc, which has no mallopt.
        }
    }

    [DllImport("libc.so.6", EntryPoint = "mallopt")]
    private static extern int SetOption(int option, int value);
}
