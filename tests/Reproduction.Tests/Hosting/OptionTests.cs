namespace Reproduction.Tests.Hosting;

/// <summary>Options are honoured wherever they stand, or refused in one line that names them.</summary>
public sealed class OptionTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--jobs abc: expected a whole number from 1 to 10000", "--jobs", "abc")]
    [InlineData("--jobs 0: expected a whole number from 1 to 10000", "--jobs", "0")]
    [InlineData("--seeds 1.5: expected a whole number from 1 to 10000", "--seeds", "1.5")]
    [InlineData("--seeds 1000000: expected a whole number from 1 to 10000", "--seeds", "1000000")]
    [InlineData("--seeds: given twice", "--seeds", "1", "--seeds", "2")]
    [InlineData("--seeds: given twice", "--seeds", "1", "list", "--seeds", "2")]
    [InlineData("--data: expected a file or folder, found an empty text", "--data", "")]
    [InlineData("--weights: expected a file or folder, found an empty text", "--weights", "")]
    [InlineData("--results: expected a folder, found an empty text", "--results", "")]
    [InlineData("--device: expected a device, such as cpu or cuda:0, found an empty text", "--device", "")]
    [InlineData("--filter: expected key=value, found an empty text", "--filter", "")]
    [InlineData("--filter ,: expected key=value", "--filter", ",")]
    [InlineData("--filter method=: found no value of method", "--filter", "method=")]
    [InlineData("--filter: no trial has a variant", "--filter", "variant=x")]
    [InlineData("--set slurm.file: expected a file, found an empty text", "--launcher", "slurm", "--set", "slurm.file=")]
    [InlineData("--set learning_rate=NaN: expected a finite number", "--set", "learning_rate=NaN")]
    [InlineData("--set learning_rate=1e999: expected a finite number", "--set", "learning_rate=1e999")]
    [InlineData("--force: has no effect with list", "--force", "list")]
    [InlineData("--jobs: has no effect with report", "--jobs", "2", "report")]
    [InlineData("--filter: has no effect with figures", "--filter", "task=rte", "figures")]
    [InlineData("--publish: has no effect with run", "--publish")]
    [InlineData("'walk'", "walk")]
    [InlineData("'--walk'", "--walk")]
    public void A_wrong_option_is_refused_in_one_line(string expected, params string[] args)
    {
        var (code, output) = _folder.Run(args);

        Assert.Equal(1, code);
        Assert.Contains(expected, output);
        Assert.StartsWith("error: ", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
        Assert.Empty(_folder.Experiment.Ran);
        Assert.False(Directory.Exists(_folder.Results));
    }

    [Fact]
    public void Parse_errors_point_to_the_help() => Assert.EndsWith("See --help.\n", _folder.Run("walk").Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("--profile", "paper", "list")]
    [InlineData("--filter", "method=lora", "list")]
    [InlineData("--seeds", "3", "list")]
    [InlineData("--set", "learning_rate=0.25", "list")]
    [InlineData("--results", "FOLDER/other", "list")]
    public void Options_before_a_verb_count_as_those_after_it(string option, string value, string verb)
    {
        _folder.Run();
        value = value.Replace("FOLDER", _folder.Root, StringComparison.Ordinal);

        var before = _folder.Run(option, value, verb);
        var after = _folder.Run(verb, option, value);

        Assert.Equal(after, before);
        Assert.NotEqual(_folder.Run(verb).Output, before.Output);
    }

    [Fact]
    public void A_filter_of_no_results_says_so() =>
        Assert.Equal("error: --filter: found no results to select from.\n", _folder.Run("report", "--filter", "task=rte").Output);

    [Fact]
    public void A_report_of_a_filter_shows_what_it_selects_and_leaves_the_files_alone()
    {
        _folder.Run();
        var before = Snapshot();

        var (code, output) = _folder.Run("--filter", "task=rte,method=lora,seed=1", "report");

        Assert.Equal(0, code);
        Assert.Matches(@"lora r=8\s*\|.*51.73 ± 4.90", output);
        Assert.DoesNotContain("spectral-a", output);
        Assert.Contains("--filter task=rte,method=lora,seed=1: shown only; report.md is made from all results.", output);
        Assert.Equal(output, _folder.Run("report", "--filter", "task=rte,method=lora,seed=1").Output);
        Assert.Equal(before, Snapshot());
        Assert.Contains("no result has task=mnli; known: mrpc, rte", _folder.Run("report", "--filter", "task=mnli").Output);
        Assert.Contains("--filter: has no effect with --publish", _folder.Run("report", "--publish", "--filter", "task=rte").Output);
    }

    [Fact]
    public void Values_of_a_variant_may_hold_an_equals_sign()
    {
        var (_, output) = _folder.Run("list", "--filter", "variant=learning_rate=1,learning_rate=2");

        Assert.Contains("--filter: no trial has a variant", output);
        Assert.DoesNotContain("unknown key", output);
    }

    [Fact]
    public void One_trial_is_not_many() =>
        Assert.Contains("Fake, profile mini: 1 trial\n", _folder.Run("list", "--filter", "method=lora,task=rte,seed=0").Output);

    [Fact]
    public void Help_after_an_option_is_still_help() => Assert.Contains("Usage:", _folder.Run("list", "--help").Output);

    private Dictionary<string, string> Snapshot() => Directory
        .EnumerateFiles(_folder.Results, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllText);
}
