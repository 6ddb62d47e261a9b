using DebertaGlue;
using Reproduction;
using Tasks.Glue;

namespace SpectralExperiments.Tests;

public sealed class GlueDeviationsTests
{
    [Fact]
    public void Steps_rates_and_lengths_are_named_where_they_are_the_profiles_own()
    {
        Assert.Contains("64 tokens", Of("mini-data"));
        Assert.DoesNotContain("64 tokens", Of("mini"));
        Assert.DoesNotContain("64 tokens", Of("mini-data", "max_length=32"));
        Assert.Contains("300 on CoLA, 125 on the other tasks", Of("mini"));
        Assert.DoesNotContain("300 on CoLA", Of("mini", "max_steps=7"));
        Assert.Contains("lowest evaluation loss among 0.0001, 0.0005, 0.0025 and 0.01", Of("mini"));
        Assert.DoesNotContain("lowest evaluation loss", Of("mini", "learning_rate=0.1"));
        Assert.DoesNotContain("lowest evaluation loss", Of("mini-sweep"));
    }

    [Fact]
    public void The_numbers_in_the_texts_are_those_of_the_settings()
    {
        Assert.Equal([1e-4, 5e-4, 2.5e-3, 1e-2], DebertaGlueExperiment.Grid);
        Assert.Contains("among 0.0001, 0.0003, 0.001 and 0.003 (profile small-sweep)", Of("small"));
        Assert.DoesNotContain("0.0003", Of("small", "learning_rate=0.1"));
        Assert.DoesNotContain("width 192", Of("small"));
        Assert.DoesNotContain("new dense layer", Of("small", "head=pooler"));
        Assert.All(GlueTask.All, task => Assert.Equal(task == GlueTask.Cola ? 300 : 125, GlueMethods.Steps(task.Name, isGenerated: true)));
        var text = Of("mini-data");
        foreach (var steps in GlueTask.All.GroupBy(task => GlueMethods.Steps(task.Name, isGenerated: false), task => task.Folder))
        {
            Assert.Contains($"{steps.Key} on {string.Join(" and ", steps.Order(StringComparer.Ordinal))}", text);
        }
    }

    [Fact]
    public void The_official_quirks_are_listed_as_they_are_set()
    {
        Assert.Contains("is rounded to bf16", Of(Profile.PaperName));
        Assert.Contains("is not rounded to bf16", Of(Profile.PaperName, "bf16_residual=false"));
        Assert.Contains("AdaLoRA is not pruned", Of(Profile.PaperName));
        Assert.Contains("AdaLoRA is pruned", Of(Profile.PaperName, "adalora_allocation=true"));
    }

    private static string Of(string profile, params string[] settings) =>
        string.Join('\n', GlueOptions.Experiment.Deviations(GlueOptions.Of(profile, settings)));
}
