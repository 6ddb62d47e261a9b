namespace Reproduction;

/// <summary>One size at which an experiment can be run, such as <c>mini</c> or <c>paper</c>.</summary>
/// <param name="Name">The name used after <c>--profile</c> and as folder name under results/&lt;experiment&gt;.</param>
/// <param name="Seeds">How many seeds (0, 1, ...) each trial is run with unless <c>--seeds</c> says otherwise.</param>
/// <param name="Description">One line for <c>--help</c>.</param>
public sealed record Profile(string Name, int Seeds, string Description)
{
    /// <summary>The name of the profile whose scores are compared with the published ones.</summary>
    public const string PaperName = "paper";

    /// <summary>
    /// Whether scores of this profile may be set against published scores: same models, data and settings as the paper.
    /// </summary>
    public bool IsPaperScale => Name == PaperName;

    /// <summary>
    /// The profile that is run instead of this one where <c>--data</c> is given: other data give other results, which have a
    /// folder of their own. Null where a folder of data changes nothing of the kind.
    /// </summary>
    public string? WithData { get; init; }

    /// <summary>
    /// Whether its trials only choose settings for another profile, so that there is nothing to set against the paper.
    /// </summary>
    public bool IsSweep { get; init; }
}
