using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting.Display;

/// <summary>A bar over all trials and one for each running trial; what is finished scrolls away above them.</summary>
internal sealed class BarDisplay(IAnsiConsole console, ProgressContext context, int trials) : IRunDisplay
{
    private readonly Lock guard = new();
    private readonly ProgressTask overall = context.AddTask("all trials", maxValue: trials);
    private readonly Dictionary<string, ProgressTask> running = new(StringComparer.Ordinal);
    private int finished;

    public void Start(Trial trial)
    {
        lock (guard)
        {
            running[trial.Key] = context.AddTask(Markup.Escape(trial.Label));
        }
    }

    public void Progress(Trial trial, TrialProgress progress)
    {
        lock (guard)
        {
            var task = running[trial.Key];
            task.Description = Markup.Escape(progress.Message.Length == 0 ? trial.Label : $"{trial.Label}  {progress.Message}");
            task.MaxValue = Math.Max(1, progress.Total);
            task.Value = progress.Done;
            overall.Value = finished + running.Values.Sum(bar => bar.Percentage / 100);
        }
    }

    public void Finish(Trial trial, TrialRecord record)
    {
        lock (guard)
        {
            running.Remove(trial.Key, out var task);
            task?.StopTask();
            overall.Value = ++finished;
            console.MarkupLine(Markup.Escape(RunDisplay.Outcome(trial, record)));
        }
    }
}
