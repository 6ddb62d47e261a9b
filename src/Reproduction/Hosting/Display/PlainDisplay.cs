using Reproduction.Storage;

namespace Reproduction.Hosting.Display;

/// <summary>Lines for a log file: one when a trial starts and ends, and now and then one in between.</summary>
internal sealed class PlainDisplay(HostEnvironment environment, int trials) : IRunDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);

    private readonly Lock _guard = new();
    private readonly long _begin = environment.Time.GetTimestamp();
    private readonly Dictionary<string, (int Number, long Start, long Told)> _running = new(StringComparer.Ordinal);
    private int _started;
    private int _finished;

    public void Start(Trial trial)
    {
        lock (_guard)
        {
            var now = environment.Time.GetTimestamp();
            _running[trial.Key] = (++_started, now, now);
            Line(_started, $"start {trial.Label}");
        }
    }

    public void Progress(Trial trial, TrialProgress progress)
    {
        lock (_guard)
        {
            var (number, start, told) = _running[trial.Key];
            if (environment.Time.GetElapsedTime(told) < Interval || progress.Done <= 0 || progress.Total <= 0)
            {
                return;
            }

            _running[trial.Key] = (number, start, environment.Time.GetTimestamp());
            var left = environment.Time.GetElapsedTime(start) * ((double)(progress.Total - progress.Done) / progress.Done);
            var message = progress.Message.Length == 0 ? "" : $", {progress.Message}";
            Line(number, $"{trial.Label}: {progress.Done} of {progress.Total}{message}, about {RunDisplay.Time(left.TotalSeconds)} left");
        }
    }

    public void Finish(Trial trial, TrialRecord record) => End(trial, RunDisplay.Outcome(trial, record));

    public void Unfinished(Trial trial, string reason) => End(trial, RunDisplay.Unfinished(trial, reason));

    public void Note(string text)
    {
        lock (_guard)
        {
            Print(text);
        }
    }

    private void End(Trial trial, string outcome)
    {
        lock (_guard)
        {
            _running.Remove(trial.Key, out var state);
            _finished++;
            var left = environment.Time.GetElapsedTime(_begin) * ((double)(trials - _finished) / _finished);
            var estimate = _finished < trials ? $"; about {RunDisplay.Time(left.TotalSeconds)} left in all" : "";
            Line(state.Number, outcome + estimate);
        }
    }

    private void Line(int number, string text) => Print($"[{number}/{trials}] {text}");

    private void Print(string text)
    {
        environment.Output.WriteLine(text);
        environment.Output.Flush();
    }
}
