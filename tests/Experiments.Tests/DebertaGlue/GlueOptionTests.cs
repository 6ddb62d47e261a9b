using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SpectralExperiments.Tests;

/// <summary>What the options of the experiment refuse and say, at every verb.</summary>
public sealed class GlueOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("batch_size=0", "expected 1 or more")]
    [InlineData("accumulation=0", "expected 1 or more")]
    [InlineData("max_steps=0", "expected 1 or more")]
    [InlineData("epochs=-1", "expected 1 or more")]
    [InlineData("max_length=4", "expected 5 or more")]
    [InlineData("warmup_steps=-1", "expected 0 or more")]
    [InlineData("warmup_steps=125", "expected fewer than the 125 steps of the run")]
    [InlineData("learning_rate=NaN", "expected a finite number")]
    [InlineData("learning_rate=0", "expected a number above 0")]
    public void A_setting_out_of_range_is_refused_by_its_name_at_every_verb(string setting, string expected)
    {
        foreach (var verb in (string[])["plan", "list", "run", "report"])
        {
            var (code, output) = GlueHost.Run(_folder.Root, verb, "--set", setting);

            Assert.Equal(1, code);
            Assert.Equal($"error: --set {setting}: {expected}.", output.Trim());
        }
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cpu:7")]
    [InlineData("cuda:x")]
    [InlineData("CPU ")]
    [InlineData("meta")]
    public void A_device_that_is_none_is_named_with_its_option(string device)
    {
        var (code, output) = GlueHost.Run(_folder.Root, "--device", device, "--filter", "task=rte,method=lora");

        Assert.Equal(1, code);
        Assert.StartsWith($"error: --device {device}: ", output.Trim().Split('\n')[^1], StringComparison.Ordinal);
        Assert.Contains("cpu", output.Trim().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_over_broken_data_names_the_file_and_its_line()
    {
        using var glue = new TinyGlue();
        File.AppendAllText(glue.TrainFile, "24\tonly two columns\n");
        var runs = Path.Combine(_folder.Root, "DebertaGlue", "mini-data", "runs");
        Directory.CreateDirectory(runs);

        var (code, output) = GlueHost.Run(_folder.Root, "list", "--data", glue.Data, "--filter", "task=rte,method=lora");

        Assert.Equal(1, code);
        Assert.Contains($"error: {glue.TrainFile}", output, StringComparison.Ordinal);
        Assert.Contains("line 26", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_of_epochs_generates_the_examples_of_a_task_once()
    {
        // Half a second for each of the 48 trials otherwise.
        var one = Stopwatch.StartNew();
        GlueHost.Run(_folder.Root, "plan", "--set", "epochs=1", "--filter", "method=lora");
        one.Stop();
        var all = Stopwatch.StartNew();
        var (code, output) = GlueHost.Run(_folder.Root, "plan", "--set", "epochs=1");
        all.Stop();

        Assert.Equal(0, code);
        Assert.Equal(48, Regex.Matches(output, @"^\| (full|lora|dora|oft|adalora|spectral-a) ", RegexOptions.Multiline).Count);
        Assert.True(all.Elapsed < 3 * one.Elapsed, $"{all.Elapsed} against {one.Elapsed}");
    }

    [Fact]
    public void Adapters_asked_for_after_a_run_that_kept_none_are_missed_with_a_word()
    {
        string[] one = ["--filter", "task=rte,method=oft", "--set", "max_steps=1", "--set", "batch_size=2"];
        Assert.Equal(0, GlueHost.Run(_folder.Root, [.. one, "--set", "keep_adapters=false"]).Code);
        Assert.DoesNotContain("keep_adapters", GlueHost.Run(_folder.Root, one).Output, StringComparison.Ordinal);

        var (code, output) = GlueHost.Run(_folder.Root, [.. one, "--set", "keep_adapters=true"]);

        Assert.Equal(0, code);
        Assert.Contains(
            "warning: --set keep_adapters=true: 1 trial completed before left no such output (such as oft r=4 rte seed 0); "
            + "--force runs it again.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_says_that_accumulation_is_no_larger_batch()
    {
        var (_, output) = GlueHost.Run(_folder.Root, "--help");

        Assert.Matches(@"accumulation \(a whole number\): [^;]*;[^\n]*other examples than one batch of that size", output);
    }
}
