namespace Reproduction.Tests.Hosting;

public sealed class VerbTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_figure_that_cannot_be_drawn_again_stays_unless_the_results_have_changed()
    {
        _folder.Run();
        var path = Path.Combine(_folder.Profile(), "figures", "rows.svg");
        _folder.Experiment.Figure.Failure = new IOException("No space left on device");

        var (code, output) = _folder.Run("figures");

        Assert.Equal(1, code);
        Assert.Contains("error: figure rows: IOException: No space left on device", output);
        Assert.True(File.Exists(path));
        Assert.Equal(1, _folder.Run("--force").Code);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void List_shows_the_state_of_each_trial()
    {
        _folder.Run("--filter", "method=lora,task=rte,seed=0");
        _folder.Run("--profile", "broken", "--filter", "method=throwing,task=rte");

        Assert.Matches(@"lora-r8\.rte\.s0 .* done in 0:00", _folder.Run("list").Output);
        Assert.Matches(@"lora-r8\.rte\.s1 .* not run", _folder.Run("list").Output);
        Assert.Matches(@"throwing-r8\.rte\.s0 .* failed: InvalidDataException", _folder.Run("list", "--profile", "broken").Output);
        Assert.Matches(@"lora-r8\.rte\.s0 .* done with different settings", _folder.Run("list", "--set", "learning_rate=2").Output);
        Assert.DoesNotContain("mrpc", _folder.Run("list", "--filter", "task=rte").Output);
    }

    [Fact]
    public void Plan_prints_parameters_and_share_without_running()
    {
        var (code, output) = _folder.Run("plan", "--profile", "paper", "--filter", "method=lora");

        Assert.Equal(0, code);
        Assert.Contains("1,327,104", output);
        Assert.Contains("0.7153", output);
        Assert.Contains("2.00", output);
        Assert.Empty(_folder.Experiment.Ran);
        Assert.False(Directory.Exists(_folder.Results));
    }

    [Fact]
    public void Figures_are_drawn_again_from_stored_results()
    {
        Assert.Contains("figure rows is not drawn: fewer than two rows", _folder.Run("figures").Output);
        _folder.Run();
        Directory.Delete(Path.Combine(_folder.Profile(), "figures"), recursive: true);
        Directory.Delete(Path.Combine(_folder.Profile(), "runs"), recursive: true);
        _folder.Experiment.Ran.Clear();

        Assert.Equal(0, _folder.Run("figures").Code);

        Assert.True(File.Exists(Path.Combine(_folder.Profile(), "figures", "rows.png")));
        Assert.Empty(_folder.Experiment.Ran);
    }

    [Fact]
    public void A_figure_that_is_not_drawn_again_does_not_stay()
    {
        _folder.Run();
        Directory.Delete(Path.Combine(_folder.Profile(), "runs"), recursive: true);
        File.Delete(Path.Combine(_folder.Profile(), "results.csv"));

        Assert.Contains("figure rows is not drawn", _folder.Run("figures").Output);
        _folder.Run("report");

        Assert.False(File.Exists(Path.Combine(_folder.Profile(), "figures", "rows.svg")));
        Assert.DoesNotContain("rows.png", File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));
    }

    [Fact]
    public void On_a_machine_that_cannot_draw_figures_ends_with_an_error_and_keeps_the_old_ones()
    {
        _folder.Run();
        var path = Path.Combine(_folder.Profile(), "figures", "rows.svg");
        var before = File.ReadAllText(path);
        _folder.Experiment.Figure.Unavailable = "there is no font";

        var (code, output) = _folder.Run("figures");
        _folder.Run("report");

        Assert.Equal(1, code);
        Assert.Equal("error: there is no font", output.Trim());
        Assert.Equal(before, File.ReadAllText(path));
        Assert.Contains("rows.png", File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));
    }

    [Fact]
    public void A_figure_that_is_gone_is_left_out_of_the_report_over_all()
    {
        _folder.Run();
        Directory.Delete(Path.Combine(_folder.Profile(), "figures"), recursive: true);

        var (code, output) = _folder.Run("report", "--profile", "broken");

        Assert.Equal(0, code);
        Assert.Contains("rows.svg is missing", output);
        Assert.DoesNotContain("Fake/mini/figures/rows.png", File.ReadAllText(Path.Combine(_folder.Results, "REPORT.md")));
    }

    [Fact]
    public void What_was_set_by_hand_is_listed_among_the_deviations()
    {
        _folder.Run("--set", "learning_rate=0.25");

        Assert.Contains("- Set by hand: learning_rate=0.25.", File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));
    }

    [Fact]
    public void Report_says_why_a_value_was_not_measured()
    {
        _folder.Run("--filter", "method=spectral-a");

        var (code, output) = _folder.Run("report");

        Assert.Equal(0, code);
        Assert.Contains("NotRun (no result yet)", output);
        Assert.Contains("NotRun (no such trial in profile mini)", output);
    }

    [Fact]
    public void The_console_shows_the_papers_table_of_what_was_selected_and_counts_the_rest()
    {
        var (_, output) = _folder.Run("--filter", "method=lora,task=rte");

        Assert.Matches(@"method\s*\| trainable share \(%\)\s*\| rte ", output);
        Assert.Contains("fake: measured (published)", output);
        Assert.Matches(@"lora r=8\s*\| 0.7153 planned \(0.72\)\s*\| 51.23 ± 6.35 \(50.90\)", output);
        Assert.DoesNotContain("spectral-a r=8", output);
        Assert.DoesNotContain("dora r=8", output);
        Assert.Matches(@"\| fake\s*\| lora r=8.*Reproduced", output);
        Assert.Contains("1 × NotRun (no such trial in profile mini)", output);
        Assert.Contains("2 × NotComparable (mini profile: smaller model)", output);
        Assert.Contains("| dora r=8 |  | – (50.10) |", File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));
        Assert.Matches(@"dora r=8\s*\|\s*\| – \(50.10\)", _folder.Run("report").Output);
    }

    [Fact]
    public void The_console_shows_the_shapes_of_what_was_measured_before_too()
    {
        _folder.Run("--filter", "method=lora,task=rte");

        var (_, output) = _folder.Run("--filter", "method=spectral-a,task=rte");

        Assert.Matches(@"method\s*\| trainable share \(%\)\s*\| rte ", output);
        Assert.Matches(@"lora r=8\s*\| 0.7153 planned \(0.72\)\s*\| 51.23", output);
    }

    [Fact]
    public void A_measured_method_that_the_paper_has_no_row_for_stands_below_the_others()
    {
        var (_, output) = _folder.Run();

        Assert.Matches(@"dora r=8.*\n\| spectral-a r=8\s*\| 0.7153 planned\s*\| 51.83 ± 6.35\s*\| 51.83 ± 6.35\s*\|", output);
        Assert.Contains(
            "\n| spectral-a r=8 | 0.7153 planned | 51.83 ± 6.35 | 51.83 ± 6.35 |\n",
            File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));
        Assert.Contains(
            "\n| spectral-a r=8 | 0.7153 planned | 51.83 ± 6.35 | 51.83 ± 6.35 |\n",
            File.ReadAllText(Path.Combine(_folder.Results, "REPORT.md")));
    }

    [Fact]
    public void Claims_are_judged_with_their_evidence()
    {
        var (_, output) = _folder.Run();

        Assert.Matches(@"A trains as much as LoRA\s*\| Table 0 \| HOLDS", output);
        Assert.Matches(@"A is best on RTE\s*\| Table 0 \| HOLDS", output);
        Assert.DoesNotContain("Not about this experiment", output);
        Assert.Contains(
            "spectral-a 1,327,104 against lora 1,327,104 Holds (planned, from shapes)",
            File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));
        Assert.Contains(
            "- A is best on RTE: rte: spectral-a 51.83 against lora 51.23 Holds (2 seeds, paired t).",
            File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));
    }

    [Fact]
    public void The_report_over_all_experiments_is_made_from_their_summaries()
    {
        _folder.Run();
        _folder.Run("--profile", "broken", "--filter", "method=throwing,task=rte");

        var report = File.ReadAllText(Path.Combine(_folder.Results, "REPORT.md"));
        Assert.Contains("| Fake | mini | Section 0 | 1 | 0 | 0 | 0 | 2 | 1 |", report);
        Assert.Contains("- 2 × NotComparable (mini profile: smaller model)", report);
        Assert.Contains("- throwing r=8 rte seed 0: InvalidDataException", report);
        Assert.Contains("- mini runs a small model", report);
        Assert.Contains("- Data sha256: abc", report);
        Assert.Contains("![Number of rows](Fake/mini/figures/rows.png)", report);
        var page = File.ReadAllText(Path.Combine(_folder.Results, "index.html"));
        Assert.Contains("width=device-width", page);
        Assert.Contains("<img alt=\"Number of rows\" src=\"data:image/svg+xml;base64,", page);
        Assert.DoesNotMatch("(src|href)=\"(?!data:)", page);

        var summary = Path.Combine(_folder.Profile("broken"), "summary.json");
        File.WriteAllText(summary, File.ReadAllText(summary)[..100]);
        var (code, output) = _folder.Run("report");
        Assert.Equal(0, code);
        Assert.Contains($"{summary} cannot be read", output);
        Assert.DoesNotContain("throwing", File.ReadAllText(Path.Combine(_folder.Results, "REPORT.md")));
    }

    [Fact]
    public void A_clone_without_records_keeps_the_provenance()
    {
        _folder.Run();
        Directory.Delete(Path.Combine(_folder.Profile(), "runs"), recursive: true);
        var before = File.ReadAllText(Path.Combine(_folder.Profile(), "report.md"));

        Assert.Equal(0, _folder.Run("report").Code);

        Assert.Contains("- Trials: 8,", before);
        Assert.Equal(before, File.ReadAllText(Path.Combine(_folder.Profile(), "report.md")));
    }

    [Fact]
    public void Help_names_every_verb_and_option_with_the_experiments_profiles_and_settings()
    {
        var (code, output) = _folder.Run("--help");

        Assert.Equal(0, code);
        foreach (var word in (string[])
        [
            "list", "plan", "figures", "report", "--profile", "--filter", "--seeds", "--jobs", "--force", "learning_rate", "as published",
            "method=lora,spectral-a",
        ])
        {
            Assert.Contains(word, output);
        }

        Assert.DoesNotContain("--worker", output);
    }
}
