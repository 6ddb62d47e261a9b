using System.Globalization;
using Reproduction.Hosting;
using Reproduction.Hosting.Execution;

namespace Reproduction.Tests.Hosting;

/// <summary>What the harness promises an experiment beyond running its trials.</summary>
public sealed class ContractTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Trials_that_results_lead_to_are_run_in_the_same_run()
    {
        var (code, output) = _folder.Run("--profile", "growing", "--filter", "task=rte");

        Assert.Equal(0, code);
        Assert.Equal(["good-r1.rte.s0", "good-r2.rte.s0", "good-r4.rte.s0"], _folder.Experiment.Ran);
        Assert.Contains("1 trial selected, 0 completed before, 1 to run", output);
        Assert.Contains("1 trial more, as the results so far ask for them", output);
        Assert.Contains(
            "3 trials selected, 3 completed before, 0 to run", _folder.Run("--profile", "growing", "--filter", "task=rte").Output);
    }

    [Fact]
    public void Workers_run_the_trials_that_results_lead_to()
    {
        var (code, _) = _folder.Run("--profile", "growing", "--jobs", "2", "--results", _folder.Results);

        Assert.Equal(0, code);
        Assert.Equal(6, _folder.Csv("growing").Split('\n').Count(line => line.Contains("accuracy")));
    }

    [Fact]
    public void Force_runs_a_trial_once_however_often_trials_are_asked_for()
    {
        _folder.Run("--profile", "growing", "--filter", "task=rte");
        _folder.Experiment.Ran.Clear();

        Assert.Equal(0, _folder.Run("--profile", "growing", "--filter", "task=rte", "--force").Code);

        Assert.Equal(["good-r1.rte.s0", "good-r2.rte.s0", "good-r4.rte.s0"], _folder.Experiment.Ran);
    }

    [Fact]
    public void What_a_trial_leaves_is_kept_and_named()
    {
        var (_, output) = _folder.Run("--profile", "growing", "--filter", "task=rte");

        var kept = Path.Combine(_folder.Profile("growing"), "runs", "good-r1.rte.s0.output", "adapter.txt");
        Assert.Contains($"kept {kept}", output);
        Assert.Equal("good-r1.rte.s0", File.ReadAllText(kept));
        Assert.Contains("\"adapter.txt\"", File.ReadAllText(_folder.Record("good-r1.rte.s0", "growing")));
        Assert.Contains(
            "![good r=1 rte seed 0: smile](pictures/good-r1.rte.s0/smile.png)",
            File.ReadAllText(Path.Combine(_folder.Profile("growing"), "report.md")));
        Assert.Contains("src=\"data:image/png;base64,", File.ReadAllText(Path.Combine(_folder.Results, "index.html")));
    }

    [Fact]
    public void An_interrupted_forced_run_keeps_what_the_earlier_one_left()
    {
        string[] one = ["--profile", "growing", "--filter", "task=rte,rank=1"];
        _folder.Run(one);
        var kept = Path.Combine(_folder.Profile("growing"), "runs", "good-r1.rte.s0.output", "adapter.txt");
        using var interruption = new CancellationTokenSource();
        _folder.Experiment.BeforeStep = (_, _) => interruption.Cancel();

        Assert.Equal(130, _folder.Run(interruption.Token, [.. one, "--force"]).Code);

        Assert.True(File.Exists(kept));
        Assert.True(File.Exists(Path.Combine(_folder.Profile("growing"), "pictures", "good-r1.rte.s0", "smile.png")));
        _folder.Experiment.BeforeStep = null;
        Assert.Equal(0, _folder.Run([.. one, "--force"]).Code);
        Assert.Equal("good-r1.rte.s0", File.ReadAllText(kept));
    }

    [Fact]
    public void A_trial_that_leaves_nothing_leaves_no_empty_folder()
    {
        _folder.Run("--filter", "method=lora,task=rte,seed=0");

        Assert.Empty(Directory.GetDirectories(Path.Combine(_folder.Profile(), "runs"), "*.output"));
    }

    [Fact]
    public void What_all_trials_need_is_made_once_and_kept()
    {
        _folder.Run();

        var logs = Directory.GetFiles(Path.Combine(_folder.Profile(), "runs"), "*.log").Select(File.ReadAllText).ToList();
        Assert.Equal(8, logs.Count);
        Assert.Single(logs, log => log.Contains("makes what all need", StringComparison.Ordinal));
        Assert.All(logs, log => Assert.Contains("uses lora-r8.rte.s0\n", log));
    }

    [Fact]
    public void A_shared_folder_is_made_by_one_of_many_at_once()
    {
        var made = 0;
        var found = new string[16];
        var threads = Enumerable.Range(0, found.Length).Select(i => new Thread(() => found[i] = Shared().Get("a key / with signs", folder =>
        {
            Interlocked.Increment(ref made);
            Thread.Sleep(50);
            File.WriteAllText(Path.Combine(folder, "content"), i.ToString(CultureInfo.InvariantCulture));
        }))).ToList();

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(1, made);
        Assert.Single(found.Distinct());
        Assert.True(File.Exists(Path.Combine(found[0], "content")));
    }

    [Fact]
    public void A_shared_folder_that_failed_or_was_left_unfinished_is_made_again()
    {
        Assert.Throws<InvalidDataException>(() => Shared().Get("key", folder =>
        {
            File.WriteAllText(Path.Combine(folder, "half"), "");
            throw new InvalidDataException("no");
        }));

        var made = Shared().Get("key", folder => File.WriteAllText(Path.Combine(folder, "whole"), ""));

        Assert.Equal(["whole"], Directory.GetFiles(made).Select(Path.GetFileName));
        Assert.NotEqual(made, Shared().Get("other", _ => { }));
    }

    [Fact]
    public void A_shared_folder_that_shows_late_is_taken()
    {
        var made = Shared().Get("key", folder =>
        {
            File.WriteAllText(Path.Combine(folder, "mine"), "");

            // The unfinished folder's name is the finished one's with two more parts.
            var finished = Path.ChangeExtension(Path.ChangeExtension(folder, null), null);
            var other = Directory.CreateDirectory(finished).FullName;
            File.WriteAllText(Path.Combine(other, "theirs"), "");
        });

        Assert.Equal(["theirs"], Directory.GetFiles(made).Select(Path.GetFileName));
        Assert.Equal([made], Directory.GetDirectories(_folder.Root, "key.*"));
    }

    [Fact]
    public void Whoever_waits_for_a_shared_folder_can_be_interrupted()
    {
        using var interruption = new CancellationTokenSource();
        using var inside = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        var maker = new Thread(() => Shared().Get("key", _ =>
        {
            inside.Set();
            done.Wait();
        }));
        maker.Start();
        inside.Wait();
        interruption.CancelAfter(100);

        Assert.Throws<OperationCanceledException>(() => new SharedFolder(_folder.Root, _ => { }, interruption.Token).Get("key", _ => { }));

        done.Set();
        maker.Join();
    }

    [Fact]
    public void The_kernels_table_gives_the_physical_cores()
    {
        const string twoThreadsEach = "processor : 0\nphysical id : 0\ncore id : 0\n\nprocessor : 1\nphysical id : 0\ncore id : 0\n\n"
            + "processor : 2\nphysical id : 1\ncore id : 0\n";

        Assert.Equal(2, ProcessorCores.Physical(twoThreadsEach.Split('\n')));
        Assert.Equal(0, ProcessorCores.Physical(["processor : 0", "BogoMIPS : 50"]));
        Assert.InRange(ProcessorCores.Count(), 1, Environment.ProcessorCount);
    }

    [Theory]
    [InlineData(4, 1L << 40, "task=rte,method=lora", 2)]
    [InlineData(16, 1L << 40, "task=rte,method=lora,seed=0", 1)]
    [InlineData(16, 1L << 40, "seed=0,1", 8)]
    [InlineData(2, 1L << 40, "seed=0,1", 2)]
    [InlineData(8, 5L << 30, "seed=0,1", 2)]
    [InlineData(8, 1L << 30, "seed=0,1", 0)]
    [InlineData(1, 1L << 40, "seed=0,1", 0)]
    public void There_are_as_many_workers_as_cores_memory_and_trials_allow(int cores, long memory, string filter, int expected)
    {
        // A fake trial takes 2 GiB by its plan; a profile has two methods, two tasks and two seeds.
        Assert.Equal(expected, Jobs(new HostOptions { Filter = [filter] }));
        Assert.Equal(5, Jobs(new HostOptions { Jobs = 5 }));
        Assert.Equal(0, Jobs(new HostOptions { Jobs = 1 }));
        Assert.Equal(0, Jobs(new HostOptions { Device = "cuda:0" }));

        int Jobs(HostOptions options)
        {
            using var output = new StringWriter();
            var environment = _folder.Environment(output) with { Cores = cores, MemoryBytes = memory };
            var session = new HostSession(_folder.Experiment, options, environment);
            return JobCount.Of(session, session.Planned);
        }
    }

    private SharedFolder Shared() => new(_folder.Root, _ => { }, CancellationToken.None);
}
