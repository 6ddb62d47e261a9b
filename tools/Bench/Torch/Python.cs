using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Bench.Torch;

/// <summary>toy_transformer.py in a process of its own: it is told how many steps to take and answers with the seconds.</summary>
internal sealed class PythonPeer : IDisposable
{
    private readonly Process process;

    private PythonPeer(Process process, string version) => (this.process, Version) = (process, version);

    /// <summary>The version of its torch.</summary>
    public string Version { get; }

    /// <summary>Starts it; null when no python3 here has torch.</summary>
    public static PythonPeer? Start()
    {
        // A python3 of the user's own often comes first on the PATH; Debian's torch belongs to Debian's python3.
        foreach (var python in (string[])["python3", "/usr/bin/python3"])
        {
            if (Start(python) is { } peer)
            {
                return peer;
            }
        }

        return null;
    }

    public double MeasureSteps(int steps)
    {
        process.StandardInput.WriteLine(steps.ToString(CultureInfo.InvariantCulture));
        process.StandardInput.Flush();
        var answer = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("toy_transformer.py stopped");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static PythonPeer? Start(string python)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Torch", "toy_transformer.py");
        try
        {
            var process = Process.Start(new ProcessStartInfo(python, [script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.BeginErrorReadLine();
            if (process.StandardOutput.ReadLine() is { } version)
            {
                return new PythonPeer(process, version);
            }

            process.Dispose();
            return null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
