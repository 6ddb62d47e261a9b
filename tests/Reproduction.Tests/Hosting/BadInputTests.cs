using System.Diagnostics;
using Reproduction.Storage;

namespace Reproduction.Tests.Hosting;

public sealed class BadInputTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("unknown key \"speed\"; known: heal, learning_rate, milliseconds", "--set", "speed=1")]
    [InlineData("--set learning_rate=fast: expected a number, found \"fast\"", "--set", "learning_rate=fast")]
    [InlineData("--set learning_rate=0,5: expected a number", "--set", "learning_rate=0,5")]
    [InlineData("expected a whole number", "--set", "milliseconds=1.5")]
    [InlineData("expected key=value", "--set", "milliseconds")]
    [InlineData("is set twice", "--set", "heal=true", "--set", "heal=false")]
    [InlineData("unknown key \"size\"; known: method, variant, task, rank, seed", "--filter", "size=3")]
    [InlineData("found \"lora\" without a key", "--filter", "lora")]
    [InlineData("no trial has method=sora; known: lora, spectral-a", "--filter", "method=lora,sora")]
    [InlineData("no trial has seed=2", "--filter", "seed=2")]
    [InlineData("--profile huge: unknown; known: mini, mini-data, mini-sweep, paper, broken, sweep, growing", "--profile", "huge")]
    [InlineData("--data nowhere: there is no such file or folder", "--data", "nowhere")]
    [InlineData("--jobs 0: expected a whole number from 1 to 10000", "--jobs", "0")]
    [InlineData("--seeds 0: expected a whole number from 1 to 10000", "--seeds", "0")]
    [InlineData("--seeds 100000000: expected a whole number from 1 to 10000", "--seeds", "100000000")]
    [InlineData("--jobs abc: expected a whole number from 1 to 10000", "--jobs", "abc")]
    [InlineData("--seeds abc: expected a whole number from 1 to 10000", "--seeds", "abc")]
    [InlineData("--tokenizer", "--tokenizer", "x")]
    [InlineData("--force", "list", "--force")]
    [InlineData("walk", "walk")]
    [InlineData("cloud", "--launcher", "cloud")]
    [InlineData("--set: unknown key \"slurm.nodes\"; known: slurm.account", "--launcher", "slurm", "--set", "slurm.nodes=3")]
    [InlineData("--set slurm.time=1: has no effect without --launcher slurm.", "--set", "slurm.time=1")]
    [InlineData("--set slurm.file=absent.json", "--launcher", "slurm", "--set", "slurm.file=absent.json")]
    [InlineData("--jobs: has no effect", "--launcher", "slurm", "--jobs", "2")]
    public void Bad_options_stop_before_any_work(string expected, params string[] args)
    {
        var (code, output) = _folder.Run(args);

        Assert.NotEqual(0, code);
        Assert.Contains(expected, output);
        Assert.Empty(_folder.Experiment.Ran);
        Assert.False(Directory.Exists(_folder.Results));
    }

    [Fact]
    public void Filter_values_that_never_meet_select_nothing()
    {
        var (code, output) = _folder.Run("--profile", "broken", "--filter", "method=good", "--filter", "rank=9");

        Assert.Equal(1, code);
        Assert.Contains("rank=9", output);
    }

    [Fact]
    public void A_results_folder_that_cannot_be_written_is_named()
    {
        var file = Path.Combine(_folder.Root, "file");
        File.WriteAllText(file, "");

        var (code, output) = _folder.Run("--results", file);

        Assert.Equal(1, code);
        Assert.Contains($"{file}/Fake/mini cannot be written", output);
        Assert.Empty(_folder.Experiment.Ran);
    }

    [Fact]
    public void A_second_run_on_the_same_folder_is_refused()
    {
        using (new ResultStore(_folder.Results, "Fake", "mini").Open())
        {
            var (code, output) = _folder.Run();

            Assert.Equal(1, code);
            Assert.Contains($"in use by another run (process {Environment.ProcessId} on", output);
            Assert.Empty(_folder.Experiment.Ran);
        }

        Assert.Equal(0, _folder.Run().Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"format\": 1}")]
    [InlineData("{\"format\": 1, \"experi")]
    public void A_broken_record_is_reported_and_its_trial_runs_again(string content)
    {
        _folder.Run();
        var before = _folder.Csv();
        _folder.Experiment.Ran.Clear();
        File.WriteAllText(_folder.Record("lora-r8.mrpc.s1"), content);

        var (code, output) = _folder.Run();

        Assert.Equal(0, code);
        Assert.Contains($"{_folder.Record("lora-r8.mrpc.s1")}: cannot be read (", output);
        Assert.Equal(["lora-r8.mrpc.s1"], _folder.Experiment.Ran);
        Assert.Equal(before, _folder.Csv());
    }

    [Fact]
    public void A_record_under_another_name_is_reported()
    {
        _folder.Run();
        File.Copy(_folder.Record("lora-r8.rte.s0"), _folder.Record("lora-r8.rte.s1"), overwrite: true);

        var (_, output) = _folder.Run("list");

        Assert.Contains("found the record of lora-r8.rte.s0, expected the trial that the file is named for", output);
    }

    [Fact]
    public void A_truncated_results_file_is_made_again_from_the_records()
    {
        _folder.Run();
        var before = _folder.Csv();
        File.WriteAllText(Path.Combine(_folder.Profile(), "results.csv"), before[..200]);
        _folder.Experiment.Ran.Clear();

        Assert.Equal(0, _folder.Run("report").Code);
        Assert.Equal(0, _folder.Run().Code);

        Assert.Empty(_folder.Experiment.Ran);
        Assert.Equal(before, _folder.Csv());
    }

    [Theory]
    [InlineData(100_000_000)]
    [InlineData(int.MaxValue)]
    public void A_record_of_a_seed_beyond_any_use_is_ignored(int seed)
    {
        _folder.Run();
        var record = File.ReadAllText(_folder.Record("lora-r8.rte.s1"))
            .Replace("\"seed\": 1", $"\"seed\": {seed}", StringComparison.Ordinal);
        File.WriteAllText(_folder.Record($"lora-r8.rte.s{seed}"), record);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var (code, output) = _folder.Run("report");

        Assert.Equal(0, code);
        Assert.Contains($"there is no such trial in profile mini (such as lora-r8.rte.s{seed})", output);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 30);
    }

    [Fact]
    public void Without_records_a_broken_results_file_is_named_with_its_line()
    {
        _folder.Run();
        Directory.Delete(Path.Combine(_folder.Profile(), "runs"), recursive: true);
        Assert.Equal(0, _folder.Run("report").Code);
        var second = _folder.Csv().IndexOf('\n', _folder.Csv().IndexOf('\n') + 1);
        File.WriteAllText(Path.Combine(_folder.Profile(), "results.csv"), _folder.Csv()[..(second + 20)]);

        var (code, output) = _folder.Run("report");

        Assert.Equal(1, code);
        Assert.Contains("results.csv, line 3:", output);
    }

    [Fact]
    public void Unfinished_files_are_removed_if_nobody_writes_them_any_more()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Profile(), "runs"));
        var checkpoints = Path.Combine(_folder.Profile(), "runs", "lora-r8.rte.s0.12345678.checkpoint");
        Directory.CreateDirectory(checkpoints);
        using var ended = Process.Start("true");
        ended.WaitForExit();
        var (machine, token) = (Environment.MachineName, Guid.NewGuid().ToString("N"));
        string[] abandoned =
        [
            _folder.Record("lora-r8.rte.s0") + $".{machine}-{ended.Id}-{token}.unfinished",
            Path.Combine(_folder.Profile(), $".results.csv.elsewhere-1-{token}.unfinished"),
            Path.Combine(checkpoints, ".training.safetensors.abc.unfinished"),
        ];
        Array.ForEach(abandoned, path => File.WriteAllText(path, "{"));
        File.SetLastWriteTimeUtc(abandoned[1], DateTime.UtcNow.AddDays(-2));
        File.SetLastWriteTimeUtc(abandoned[2], DateTime.UtcNow.AddDays(-2));

        // A worker of a killed run, or a job on another machine, may still write these.
        string[] written =
        [
            Path.Combine(checkpoints, $".training.safetensors.{machine}-{Environment.ProcessId}-{token}.unfinished"),
            Path.Combine(checkpoints, $".training.safetensors.elsewhere-{ended.Id}-{token}.unfinished"),
        ];
        Array.ForEach(written, path => File.WriteAllText(path, "{"));

        _folder.Run("--filter", "method=spectral-a,task=mrpc");

        Assert.All(abandoned, path => Assert.False(File.Exists(path), path));
        Assert.All(written, path => Assert.True(File.Exists(path), path));
    }

    [Fact]
    public void A_record_that_cannot_be_stored_stops_the_run_and_loses_nothing()
    {
        Directory.CreateDirectory(_folder.Record("lora-r8.rte.s1"));

        var (code, output) = _folder.Run();

        Assert.Equal(1, code);
        Assert.Contains($"{_folder.Record("lora-r8.rte.s1")} cannot be written", output);
        Assert.Equal(["lora-r8.rte.s0", "lora-r8.rte.s1"], _folder.Experiment.Ran);
        Directory.Delete(_folder.Record("lora-r8.rte.s1"));
        Assert.Contains("1 completed before, 7 to run", _folder.Run().Output);
    }
}
