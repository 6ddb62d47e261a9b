namespace Reproduction.Tests.Hosting;

/// <summary>What stands under "measured" comes from records; what follows from shapes is called planned.</summary>
public sealed class PlannedValueTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_planned_value_does_not_stand_under_measured()
    {
        _folder.Run();

        var lines = File.ReadAllLines(Path.Combine(_folder.Profile(), "report.md"));

        var head = Cells(lines.Single(line => line.StartsWith("| artefact |", StringComparison.Ordinal)));
        var share = Cells(lines.Single(line => line.StartsWith("| fake | lora r=8 |  | trainable share", StringComparison.Ordinal)));
        Assert.Equal("", share[Array.IndexOf(head, "measured")]);
        Assert.Equal("0.7153", share[Array.IndexOf(head, "planned")]);
        Assert.Equal("Reproduced (planned, from shapes)", share[Array.IndexOf(head, "verdict")]);
    }

    [Fact]
    public void A_planned_value_is_called_so_in_the_papers_table_and_in_claims()
    {
        var (_, output) = _folder.Run();

        Assert.Matches(@"lora r=8\s*\| 0.7153 planned \(0.72\)", output);
        var report = File.ReadAllText(Path.Combine(_folder.Profile(), "report.md"));
        Assert.Contains("| lora r=8 | 0.7153 planned (0.72) |", report);
        Assert.Contains("spectral-a 1,327,104 against lora 1,327,104 Holds (planned, from shapes)", report);
    }

    [Fact]
    public void The_table_of_all_verdicts_has_no_line_for_a_sweep()
    {
        _folder.Run("--profile", "mini-sweep");
        _folder.Run();

        var report = File.ReadAllText(Path.Combine(_folder.Results, "REPORT.md"));

        Assert.DoesNotContain("| Fake | mini-sweep |", report);
        Assert.Contains("| Fake | mini |", report);
        Assert.Contains("profile mini-sweep", report);
    }

    private static string[] Cells(string line) => [.. line.Split('|')[1..^1].Select(cell => cell.Trim())];
}
