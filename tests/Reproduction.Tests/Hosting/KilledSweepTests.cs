using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Reproduction.Tests.Hosting;

/// <summary>A sweep killed at random moments and started again, with workers that outlive it or do not.</summary>
public sealed class KilledSweepTests(ITestOutputHelper output)
{
    [Fact]
    public void A_sweep_killed_at_five_random_moments_gives_the_values_of_an_undisturbed_one() => Check(kills: 5, seeds: 1, seed: 1);

    [Fact, Trait("Category", "Slow")]
    public void A_sweep_killed_at_fifty_random_moments_gives_the_values_of_an_undisturbed_one() => Check(kills: 50, seeds: 10, seed: 2);

    private void Check(int kills, int seeds, int seed)
    {
        string[] command =
        [
            "--profile", "sweep", "--set", "heal=true", "--seeds", seeds.ToString(CultureInfo.InvariantCulture),
        ];
        using var undisturbed = new TestFolder();
        var whole = undisturbed.Run(command);
        Assert.True(whole.Code == 0, whole.Output);
        using var killed = new TestFolder();
        var random = new Random(seed);
        var ended = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            using var process = killed.Start([.. command, "--jobs", "2", "--set", "milliseconds=150"]);
            var text = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (process.WaitForExit(random.Next(400, 2500)))
            {
                Assert.True(process.ExitCode == 0, text.Result + errors.Result);
                ended++;
            }
            else
            {
                // The workers go with it, or live until they notice.
                process.Kill(entireProcessTree: random.Next(2) == 0);
                process.WaitForExit();
            }
        }

        output.WriteLine($"seed {seed}: {kills - ended} kills, {ended} runs ended before");
        Assert.True(ended < kills / 2);
        var (code, last) = killed.Run(command);

        Assert.True(code == 0, last);
        Assert.DoesNotContain("warning", last);
        Assert.Equal(undisturbed.Csv("sweep"), killed.Csv("sweep"));
        Assert.Empty(Directory.EnumerateFiles(killed.Profile("sweep"), "*.unfinished", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(killed.Profile("sweep"), "runs"), "*.checkpoint"));
    }
}
