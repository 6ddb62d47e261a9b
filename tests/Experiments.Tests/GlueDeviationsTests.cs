using DebertaGlue;
using Reproduction;

namespace SpectralExperiments.Tests;

public sealed class GlueDeviationsTests
{
    private static readonly DebertaGlueExperiment Experiment = new();

    private static string Of(string profile, params string[] settings) => string.Join('\n', Experiment.Deviations(
        Experiment.Profiles.Single(known => known.Name == profile),
        new ExperimentOptions(new SettingValues(Experiment.Settings, settings), new Inputs(), "cpu")));

    [Fact]
    public void StepsRatesAndLengthsAreNamedWhereTheyAreTheProfilesOwn()
    {
        Assert.Contains("64 tokens", Of(GlueMaterials.MiniDataProfile));
        Assert.DoesNotContain("tokens, the longer", Of(GlueMaterials.MiniProfile));
        Assert.DoesNotContain("64 tokens", Of(GlueMaterials.MiniDataProfile, "max_length=32"));
        Assert.Contains("300 on CoLA", Of(GlueMaterials.MiniProfile));
        Assert.DoesNotContain("300 on CoLA", Of(GlueMaterials.MiniProfile, "max_steps=7"));
        Assert.Contains("lowest evaluation loss", Of(GlueMaterials.MiniProfile));
        Assert.DoesNotContain("lowest evaluation loss", Of(GlueMaterials.MiniProfile, "learning_rate=0.1"));
        Assert.DoesNotContain("lowest evaluation loss", Of(TunedLearningRates.TuningProfile));
    }

    [Fact]
    public void TheOfficialQuirksAreListedAsTheyAreSet()
    {
        Assert.Contains("is rounded to bf16", Of(Profile.PaperName));
        Assert.Contains("is not rounded to bf16", Of(Profile.PaperName, "bf16_residual=false"));
        Assert.Contains("AdaLoRA is not pruned", Of(Profile.PaperName));
        Assert.Contains("AdaLoRA is pruned", Of(Profile.PaperName, "adalora_allocation=true"));
    }
}
