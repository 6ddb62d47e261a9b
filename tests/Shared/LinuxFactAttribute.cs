using System.Runtime.InteropServices;

namespace SpectralExperiments.Tests;

/// <summary>A test of what only Linux on x64 has; skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Skip = "Linux on x64 only";
        }
    }
}
