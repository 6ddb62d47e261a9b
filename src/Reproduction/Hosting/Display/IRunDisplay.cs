using Reproduction.Storage;

namespace Reproduction.Hosting.Display;

/// <summary>Shows a run; called from several threads at once.</summary>
internal interface IRunDisplay
{
    void Start(Trial trial);

    void Progress(Trial trial, TrialProgress progress);

    void Finish(Trial trial, TrialRecord record);

    /// <summary>The trial has ended without a record.</summary>
    void Unfinished(Trial trial, string reason);

    /// <summary>A line about the run as a whole.</summary>
    void Note(string text);
}
