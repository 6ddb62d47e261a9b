using System.Runtime.InteropServices;

namespace SpectralExperiments.Tests;

/// <summary>What native code of this process writes to its standard output and error: not what Console writes.</summary>
internal static class ProcessOutput
{
    /// <summary>Both streams while an action runs.</summary>
    public static string Of(Action action)
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write))
            {
                int[] saved = [Duplicate(1), Duplicate(2)];
                foreach (var stream in (int[])[1, 2])
                {
                    Assert.Equal(stream, Replace((int)file.DangerousGetHandle(), stream));
                }

                try
                {
                    action();
                }
                finally
                {
                    foreach (var stream in (int[])[1, 2])
                    {
                        Replace(saved[stream - 1], stream);
                        Close(saved[stream - 1]);
                    }
                }
            }

            return File.ReadAllText(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [DllImport("libc", EntryPoint = "dup")]
    private static extern int Duplicate(int descriptor);

    [DllImport("libc", EntryPoint = "dup2")]
    private static extern int Replace(int descriptor, int target);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
