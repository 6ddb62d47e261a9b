using System.Text.Json;

namespace Reproduction.Hosting.Execution;

/// <summary>A line that a worker process writes to its standard output.</summary>
/// <param name="Progress">How far its trial is, or null.</param>
/// <param name="Finished">Whether its trial has been recorded.</param>
/// <param name="Fatal">Why the whole run must stop, or null.</param>
internal sealed record WorkerMessage(TrialProgress? Progress = null, bool Finished = false, string? Fatal = null)
{
    // Libraries may write to standard output too; their lines are not messages.
    private const string Prefix = "@reproduction ";

    public string Write() => Prefix + JsonSerializer.Serialize(this);

    public static WorkerMessage? Read(string line) =>
        line.StartsWith(Prefix, StringComparison.Ordinal) ? JsonSerializer.Deserialize<WorkerMessage>(line[Prefix.Length..]) : null;
}
