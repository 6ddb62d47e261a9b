using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting.Display;

/// <summary>A bar over all trials and one for each running trial; what is finished scrolls away above them.</summary>
internal sealed class BarDisplay(IAnsiConsole console, ProgressContext context, int trials) : IRunDisplay
{
    private readonly Lock _guard = new();
    private readonly ProgressTask _overall = context.AddTask("all trials", maxValue: trials);
    private readonly Dictionary<string, ProgressTask> _running = new(StringComparer.Ordinal);
    private int _finished;

    public void Start(Trial trial)
    {
        lock (_guard)
        {
            _running[trial.Key] = context.AddTask(Markup.Escape(trial.Label));
        }
    }

    public void Progress(Trial trial, TrialProgress progress)
    {
        lock (_guard)
        {
            var task = _running[trial.Key];
            task.Description = Markup.Escape(progress.Message.Length == 0 ? trial.Label : $"{trial.Label}  {progress.Message}");
            task.MaxValue = Math.Max(1, progress.Total);
            task.Value = progress.Done;
            _overall.Value = _finished + _running.Values.Sum(bar => bar.Percentage / 100);
        }
    }

    public void Finish(Trial trial, TrialRecord record) => End(trial, RunDisplay.Outcome(trial, record));

    public void Unfinished(Trial trial, string reason) => End(trial, RunDisplay.Unfinished(trial, reason));

    public void Note(string text)
    {
        lock (_guard)
        {
            console.MarkupLine(Markup.Escape(text));
        }
    }

    private void End(Trial trial, string outcome)
    {
        lock (_guard)
        {
            _running.Remove(trial.Key, out var task);
            task?.StopTask();
            _overall.Value = ++_finished;
            console.MarkupLine(Markup.Escape(outcome));
        }
    }
}
