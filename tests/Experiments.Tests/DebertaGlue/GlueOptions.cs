using DebertaGlue;
using Reproduction;
using Reproduction.Storage;

namespace SpectralExperiments.Tests;

/// <summary>Runs of the experiment as its command line would ask for them.</summary>
internal static class GlueOptions
{
    public static DebertaGlueExperiment Experiment { get; } = new();

    /// <summary>Model and data of a profile.</summary>
    public static GlueInputs Inputs(string profile, Inputs? inputs = null) =>
        new(Of(profile).Profile, inputs ?? new Inputs(), Of(profile).Settings);

    /// <summary>The options of a profile with what <c>--set</c> gives, and the reference results of the repository.</summary>
    public static RunOptions Of(string profile, params string[] settings) => new()
    {
        Profile = Experiment.Profiles.Single(candidate => candidate.Name == profile),
        Settings = new SettingValues(Experiment.Settings, settings),
        Inputs = new Inputs(),
        Device = "cpu",
        Results = new StoredResults(
            Path.Combine(RepositoryPaths.Root, "nowhere"), Path.Combine(RepositoryPaths.Root, "results", "reference"), Experiment.Id),
    };
}
