using System.Text.RegularExpressions;

namespace Reproduction.Tests.Hosting;

/// <summary>Results are not lost because their records are elsewhere, and a forced run that fails leaves the earlier result.</summary>
public sealed class KeptResultsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--filter", "task=rte,method=lora")]
    [InlineData("--force")]
    [InlineData("--seeds", "1")]
    public void Results_without_records_are_not_written_over(params string[] args)
    {
        _folder.Run();
        Directory.Delete(Path.Combine(_folder.Profile(), "runs"), recursive: true);
        var before = Snapshot();
        _folder.Experiment.Ran.Clear();

        var (code, output) = _folder.Run(args);

        Assert.Equal(1, code);
        Assert.Contains($"{_folder.Profile()}/results.csv: found results of 8 trials without their records in ", output);
        Assert.Empty(_folder.Experiment.Ran);
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public void Results_of_which_some_records_are_gone_are_not_lost_by_a_run_of_other_trials()
    {
        _folder.Run();
        File.Delete(_folder.Record("spectral-a-r8.mrpc.s1"));
        var before = _folder.Csv();

        var (code, output) = _folder.Run("--filter", "method=lora", "--force");

        Assert.Equal(1, code);
        Assert.Contains("found results of 1 trial without its record in ", output);
        Assert.Contains("(spectral-a-r8.mrpc.s1)", output);
        Assert.Equal(before, _folder.Csv());
    }

    [Fact]
    public void Results_whose_record_cannot_be_read_are_not_lost_by_a_run_of_other_trials()
    {
        _folder.Run();
        File.WriteAllText(_folder.Record("spectral-a-r8.mrpc.s1"), "{");
        var before = _folder.Csv();

        var (code, output) = _folder.Run("--filter", "method=lora", "--force");

        Assert.Equal(1, code);
        Assert.Contains("(spectral-a-r8.mrpc.s1)", output);
        Assert.Equal(before, _folder.Csv());
    }

    [Fact]
    public void A_changed_results_file_is_not_written_over_where_records_are_gone()
    {
        _folder.Run();
        File.Delete(_folder.Record("spectral-a-r8.mrpc.s1"));
        var path = Path.Combine(_folder.Profile(), "results.csv");
        File.WriteAllText(path, _folder.Csv().ReplaceLineEndings("\r\n"));
        var before = _folder.Csv();

        var (code, output) = _folder.Run("--filter", "method=lora");

        Assert.Equal(1, code);
        Assert.Contains("found results of 1 trial without its record in ", output);
        Assert.Equal(before, _folder.Csv());
    }

    [Fact]
    public void A_results_file_with_a_broken_line_is_kept_beside_the_new_one()
    {
        _folder.Run();
        File.Delete(_folder.Record("spectral-a-r8.mrpc.s1"));
        var path = Path.Combine(_folder.Profile(), "results.csv");
        File.WriteAllText(path, _folder.Csv() + "Fake,mini\n");
        var before = _folder.Csv();

        var (code, output) = _folder.Run("--filter", "method=lora");

        Assert.Equal(0, code);
        var kept = Assert.Single(Directory.GetFiles(_folder.Profile(), "results.csv.*.damaged"));
        Assert.Equal(before, File.ReadAllText(kept));
        Assert.Contains($"what it held is kept in {kept}", output);
    }

    [Fact]
    public void A_run_refused_for_its_settings_does_not_mix_those_of_the_results_file()
    {
        _folder.Run("--filter", "method=lora");
        _folder.Run("--filter", "method=spectral-a", "--set", "learning_rate=0.1");
        var before = _folder.Csv();
        Assert.DoesNotContain(",lora,", before);

        var (code, output) = _folder.Run("--filter", "method=spectral-a", "--set", "learning_rate=0.2");

        Assert.Equal(1, code);
        Assert.Contains("was made with different settings", output);
        Assert.Equal(before, _folder.Csv());
    }

    [Fact]
    public void A_report_says_that_the_results_file_was_changed()
    {
        _folder.Run();
        var path = Path.Combine(_folder.Profile(), "results.csv");
        File.WriteAllText(path, File.ReadAllText(path).Replace("50.7", "99.7", StringComparison.Ordinal));

        var (code, output) = _folder.Run("report");

        Assert.Equal(0, code);
        Assert.Contains($"{path} was changed after it was written. The values shown are those of the records", output);
        Assert.DoesNotContain("was changed", _folder.Run("--filter", "method=lora").Output);
        Assert.Contains("50.7", _folder.Csv());
    }

    [Fact]
    public void A_trial_whose_record_is_gone_is_run_again()
    {
        _folder.Run();
        var before = _folder.Csv();
        File.Delete(_folder.Record("spectral-a-r8.mrpc.s1"));
        _folder.Experiment.Ran.Clear();

        Assert.Equal(0, _folder.Run("--filter", "task=mrpc").Code);

        Assert.Equal(["spectral-a-r8.mrpc.s1"], _folder.Experiment.Ran);
        Assert.Equal(before, _folder.Csv());
    }

    [Fact]
    public void A_job_that_starts_late_leaves_a_completed_trial_as_it_is()
    {
        _folder.Run("--filter", "method=lora,task=rte,seed=0");
        var before = File.ReadAllText(_folder.Record("lora-r8.rte.s0"));
        _folder.Experiment.Ran.Clear();

        Assert.Equal(0, _folder.Run("--trial", "lora-r8.rte.s0").Code);

        Assert.Empty(_folder.Experiment.Ran);
        Assert.Equal(before, File.ReadAllText(_folder.Record("lora-r8.rte.s0")));
        _folder.Run("--force", "--trial", "lora-r8.rte.s0");
        Assert.Equal(["lora-r8.rte.s0"], _folder.Experiment.Ran);
    }

    [Fact]
    public void A_forced_trial_that_fails_leaves_the_earlier_record_beside_its_own()
    {
        string[] broken = ["--profile", "broken", "--filter", "method=throwing,task=rte"];
        Assert.Equal(0, _folder.Run([.. broken, "--set", "heal=true"]).Code);
        var record = _folder.Record("throwing-r8.rte.s0", "broken");
        var before = File.ReadAllText(record);

        var (code, output) = _folder.Run([.. broken, "--force"]);

        Assert.Equal(1, code);
        Assert.Equal(before, File.ReadAllText(record + ".replaced"));
        Assert.Contains($"{record}.replaced", output);
        Assert.Contains("The loss is not a number", File.ReadAllText(record));
        Assert.Equal(0, _folder.Run([.. broken, "--set", "heal=true"]).Code);
        Assert.False(File.Exists(record + ".replaced"));
    }

    [Fact]
    public void A_missing_results_file_does_not_change_what_trials_there_are()
    {
        Assert.Equal(0, _folder.Run("--profile", "growing", "--filter", "task=rte").Code);
        var report = _folder.Run("report", "--profile", "growing").Output;
        File.Delete(Path.Combine(_folder.Profile("growing"), "results.csv"));

        var (code, output) = _folder.Run("report", "--profile", "growing");

        Assert.Equal(0, code);
        Assert.DoesNotContain("there is no such trial", output);
        Assert.Equal(report, output);
        Assert.Equal(3, Regex.Matches(_folder.Run("list", "--profile", "growing", "--filter", "task=rte").Output, "done in").Count);
    }

    private Dictionary<string, string> Snapshot() => Directory
        .EnumerateFiles(_folder.Results, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllText);
}
