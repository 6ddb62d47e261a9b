using System.Globalization;
using System.Text.RegularExpressions;

namespace Reproduction.Tests.Machine;

/// <summary>Results on a file system of its own that is really full.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const string OwnMount = "unshare --user --map-root-user --mount bash -c 'mount -t tmpfs none /tmp'";
    private const string Program = "dotnet exec \"$0\" --profile sweep --set heal=true";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MachineFact(OwnMount, "the right to mount a file system of its own (unshare and mount of util-linux)")]
    public void A_full_disk_stops_the_run_with_its_reason_loses_nothing_and_more_space_lets_it_go_on()
    {
        var output = Sweep("1");

        Assert.Contains("No space left on device", Part(output, "full"));
        Assert.DoesNotContain("   at ", Part(output, "full"));
        Assert.Contains("code 1", Part(output, "full"));
        Assert.Contains("code 1", Part(output, "still full"));
        Assert.Contains("No space left on device", Part(output, "still full"));
        var before = int.Parse(Regex.Match(Part(output, "grown"), "(\\d+) completed before").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(before, 1, 11);
        Assert.Contains("code 0", Part(output, "grown"));
        Assert.Contains("intact", Part(output, "grown"));
        Assert.Contains("values 12", Part(output, "grown"));
    }

    [MachineFact(OwnMount, "the right to mount a file system of its own (unshare and mount of util-linux)")]
    public void Workers_stop_as_well()
    {
        var output = Sweep("2");

        Assert.Contains("No space left on device", Part(output, "full"));
        Assert.DoesNotContain("   at ", Part(output, "full"));
        Assert.Contains("values 12", Part(output, "grown"));
    }

    private static string Part(string output, string name) =>
        Regex.Match(output, $"== {name}\n(.*?)(?=\n== |$)", RegexOptions.Singleline).Groups[1].Value;

    // Only this script sees the file system, so all runs happen inside it. Records are kept aside, to be compared.
    private string Sweep(string jobs)
    {
        var (code, output) = Shell.Run("-c", $$"""
            exec unshare --user --map-root-user --mount bash -c '
              cd "$1" && mkdir results aside && mount -t tmpfs -o size=64k none results || exit 9
              echo "== full"; {{Program}} --jobs {{jobs}} 2>&1; echo "code $?"
              cp results/Fake/sweep/runs/*.json aside
              echo "== still full"; head -c 1M /dev/zero > results/filler; {{Program}} --jobs {{jobs}} 2>&1; echo "code $?"
              rm results/filler; mount -o remount,size=8m results
              for record in aside/*; do cmp "$record" "results/Fake/sweep/runs/$(basename "$record")" || exit 8; done
              echo "== grown"; {{Program}} --jobs {{jobs}} 2>&1; echo "code $?"
              for record in aside/*; do cmp "$record" "results/Fake/sweep/runs/$(basename "$record")" || exit 8; done
              echo intact; echo "values $(grep -c ,accuracy, results/Fake/sweep/results.csv)"
            ' "$0" "$1"
            """, TestFolder.Program, _folder.Root);
        Assert.True(code == 0, output);
        return output;
    }
}
