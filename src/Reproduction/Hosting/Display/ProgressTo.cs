namespace Reproduction.Hosting.Display;

/// <summary>Hands progress on at once: <see cref="Progress{T}"/> would do so later, on other threads, in any order.</summary>
internal sealed class ProgressTo(Action<TrialProgress> report) : IProgress<TrialProgress>
{
    public void Report(TrialProgress value) => report(value);
}
