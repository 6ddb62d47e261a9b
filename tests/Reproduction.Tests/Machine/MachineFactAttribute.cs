namespace Reproduction.Tests.Machine;

/// <summary>A test that needs something of the machine; skipped, with the reason, where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MachineFactAttribute : FactAttribute
{
    /// <param name="condition">A command line that succeeds where the test can run.</param>
    /// <param name="need">What the machine lacks where it fails.</param>
    public MachineFactAttribute(string condition, string need)
    {
        if (!Shell.Succeeds(condition))
        {
            Skip = $"needs {need}";
        }
    }
}
