namespace Reproduction.Tests.Machine;

/// <summary>As <see cref="MachineFactAttribute"/>, with arguments.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MachineTheoryAttribute : TheoryAttribute
{
    /// <param name="condition">A command line that succeeds where the test can run.</param>
    /// <param name="need">What the machine lacks where it fails.</param>
    public MachineTheoryAttribute(string condition, string need)
    {
        if (!Shell.Succeeds(condition))
        {
            Skip = $"needs {need}";
        }
    }
}
