using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace SpectralExperiments.Tests;

/// <summary>Real fine-tuning, killed at random moments and resumed from its checkpoints.</summary>
public sealed class KilledSweepTests(ITestOutputHelper output)
{
    private const int Kills = 50;
    private const int Seed = 3;

    // They follow from the machine, not from the trial.
    private static readonly string[] Times = [",examples_per_second,", ",peak_memory,"];

    [Fact, Trait("Category", "Slow")]
    public async Task A_sweep_killed_at_fifty_random_moments_gives_the_values_of_an_undisturbed_one()
    {
        using var folder = new TemporaryFolder();
        var expected = folder.File("undisturbed");
        var undisturbed = ProgramRun.Of("DebertaGlue", Command(expected));
        Assert.True(undisturbed.ExitCode == 0, undisturbed.Output);
        var random = new Random(Seed);
        var (sweeps, kills) = (0, 0);
        var results = folder.File("killed0");
        while (kills < Kills)
        {
            using var process = Process.Start(
                new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DebertaGlue.dll"), .. Command(results)])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    WorkingDirectory = RepositoryPaths.Root,
                })!;
            var text = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (process.WaitForExit(random.Next(2000, 9000)))
            {
                Assert.True(process.ExitCode == 0, await text + await errors);
                Assert.Equal(Values(expected), Values(results));
                results = folder.File(string.Create(CultureInfo.InvariantCulture, $"killed{++sweeps}"));
                continue;
            }

            process.Kill(entireProcessTree: random.Next(2) == 0);
            await process.WaitForExitAsync();
            kills++;
        }

        var last = ProgramRun.Of("DebertaGlue", Command(results));

        Assert.True(last.ExitCode == 0, last.Output);
        Assert.Equal(Values(expected), Values(results));
        output.WriteLine($"seed {Seed}: {kills} kills over {sweeps + 1} sweeps");
    }

    private static string[] Command(string results) =>
    [
        "--filter", "task=rte,method=lora,oft,spectral-a,adalora", "--seeds", "3", "--set", "max_steps=100", "--jobs", "2",
        "--results", results,
    ];

    private static string[] Values(string results) =>
    [
        .. File.ReadLines(Path.Combine(results, "DebertaGlue", "mini", "results.csv")).Where(line => !Times.Any(line.Contains)),
    ];
}
