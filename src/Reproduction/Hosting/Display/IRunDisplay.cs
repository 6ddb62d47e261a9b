using Reproduction.Storage;

namespace Reproduction.Hosting.Display;

/// <summary>Shows a run; called from several threads at once.</summary>
internal interface IRunDisplay
{
    void Start(Trial trial);

    void Progress(Trial trial, TrialProgress progress);

    void Finish(Trial trial, TrialRecord record);
}
