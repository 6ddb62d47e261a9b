using Reproduction.Storage;

namespace Reproduction;

/// <summary>What the command line says about every trial of a run.</summary>
public sealed record RunOptions
{
    /// <summary>The profile, with as many seeds as asked for.</summary>
    public required Profile Profile { get; init; }

    /// <summary>The values given with <c>--set</c>.</summary>
    public required SettingValues Settings { get; init; }

    /// <summary>Data, weights and tokenizer.</summary>
    public required Inputs Inputs { get; init; }

    /// <summary>The text given with <c>--device</c>, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>What is stored of this experiment, at any profile.</summary>
    public required StoredResults Results { get; init; }
}
