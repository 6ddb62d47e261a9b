using System.Diagnostics;

namespace Bench;

/// <summary>This program once more, for measurements in a process of their own.</summary>
internal static class OwnProgram
{
    public static ProcessStartInfo Command(params IReadOnlyList<string> arguments)
    {
        // Under "dotnet Bench.dll" the process is dotnet, which wants the assembly's path first.
        var program = Environment.ProcessPath!;
        string[] assembly = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(OwnProgram).Assembly.Location] : [];
        return new ProcessStartInfo(program, [.. assembly, .. arguments]) { RedirectStandardOutput = true };
    }
}
