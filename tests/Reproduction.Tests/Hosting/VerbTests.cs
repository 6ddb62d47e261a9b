namespace Reproduction.Tests.Hosting;

public sealed class VerbTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void List_shows_the_state_of_each_trial()
    {
        folder.Run("--filter", "method=lora,task=rte,seed=0");
        folder.Run("--profile", "broken", "--filter", "method=throwing,task=rte");

        Assert.Matches(@"lora-r8\.rte\.s0 .* done in 0:00", folder.Run("list").Output);
        Assert.Matches(@"lora-r8\.rte\.s1 .* not run", folder.Run("list").Output);
        Assert.Matches(@"throwing-r8\.rte\.s0 .* failed: InvalidDataException", folder.Run("list", "--profile", "broken").Output);
        Assert.Matches(@"lora-r8\.rte\.s0 .* done with other settings", folder.Run("list", "--set", "learning_rate=2").Output);
        Assert.DoesNotContain("mrpc", folder.Run("list", "--filter", "task=rte").Output);
    }

    [Fact]
    public void Plan_prints_parameters_and_share_without_running()
    {
        var (code, output) = folder.Run("plan", "--profile", "paper", "--filter", "method=lora");

        Assert.Equal(0, code);
        Assert.Contains("1,327,104", output);
        Assert.Contains("0.7153", output);
        Assert.Contains("2.00", output);
        Assert.Empty(folder.Experiment.Ran);
        Assert.False(Directory.Exists(folder.Results));
    }

    [Fact]
    public void Figures_are_drawn_again_from_stored_results()
    {
        Assert.Contains("figure rows is not drawn: fewer than two rows", folder.Run("figures").Output);
        folder.Run();
        Directory.Delete(Path.Combine(folder.Profile(), "figures"), recursive: true);
        Directory.Delete(Path.Combine(folder.Profile(), "runs"), recursive: true);
        folder.Experiment.Ran.Clear();

        Assert.Equal(0, folder.Run("figures").Code);

        Assert.True(File.Exists(Path.Combine(folder.Profile(), "figures", "rows.png")));
        Assert.Empty(folder.Experiment.Ran);
    }

    [Fact]
    public void Report_says_why_a_value_was_not_measured()
    {
        folder.Run("--filter", "method=spectral-a");

        var (code, output) = folder.Run("report");

        Assert.Equal(0, code);
        Assert.Contains("NotRun (no result yet)", output);
        Assert.Contains("NotRun (no trial of profile mini measures it)", output);
    }

    [Fact]
    public void Help_names_every_verb_and_option_with_the_experiments_profiles_and_settings()
    {
        var (code, output) = folder.Run("--help");

        Assert.Equal(0, code);
        foreach (var word in (string[])["list", "plan", "figures", "report", "--profile", "--filter", "--seeds", "--jobs", "--force", "learning_rate", "as published", "method=lora,spectral-a"])
        {
            Assert.Contains(word, output);
        }

        Assert.DoesNotContain("--worker", output);
    }
}
