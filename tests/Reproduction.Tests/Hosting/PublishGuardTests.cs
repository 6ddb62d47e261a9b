namespace Reproduction.Tests.Hosting;

/// <summary>Publishing writes nothing where something of the reference results would be lost.</summary>
public sealed class PublishGuardTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _readme;

    public PublishGuardTests()
    {
        _readme = Path.Combine(_folder.Root, "README.md");
        File.WriteAllText(_readme, "<!-- verdicts -->\nold\n<!-- /verdicts -->\n");
        _folder.Run();
        _folder.Run("report", "--publish");
        _folder.Run("--profile", "paper");
        _folder.Run("report", "--publish", "--profile", "paper");
        _folder.Run("--force", "--seeds", "3");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_truncated_summary_of_another_profile_stops_it()
    {
        var path = Path.Combine(_folder.Reference("paper"), "summary.json");
        File.WriteAllText(path, File.ReadAllText(path)[..200]);

        Refused(path, "report", "--publish");
        Assert.Contains("| Fake | paper |", File.ReadAllText(_readme));
    }

    [Fact]
    public void A_missing_summary_of_another_profile_stops_it()
    {
        var path = Path.Combine(_folder.Reference("paper"), "summary.json");
        File.Delete(path);

        Refused(path, "report", "--publish");
    }

    [Fact]
    public void Its_own_broken_summary_is_made_again()
    {
        var path = Path.Combine(_folder.Reference(), "summary.json");
        File.WriteAllText(path, "{");

        Assert.Equal(0, _folder.Run("report", "--publish").Code);
        Assert.Contains("| Fake | paper |", File.ReadAllText(_readme));
        Assert.Contains("| Fake | mini |", File.ReadAllText(_readme));
    }

    [Fact]
    public void Without_records_a_broken_summary_keeps_its_provenance()
    {
        Directory.Delete(Path.Combine(_folder.Results, "Fake"), recursive: true);
        var path = Path.Combine(_folder.Reference(), "summary.json");
        File.WriteAllText(path, File.ReadAllText(path)[..200]);

        Refused(path, "report", "--publish");
    }

    [Fact]
    public void Settings_of_ones_own_are_published_only_where_that_is_asked_for()
    {
        _folder.Run("--force", "--set", "learning_rate=0.25");

        Refused("--set learning_rate=0.25", "report", "--publish", "--set", "learning_rate=0.25");
        Assert.Equal(0, _folder.Run("report", "--publish", "--replace", "--set", "learning_rate=0.25").Code);
        Assert.Contains("Set by hand: learning_rate=0.25", File.ReadAllText(Path.Combine(_folder.Reference(), "report.md")));
    }

    [Fact]
    public void A_reference_folder_that_cannot_be_written_is_named_without_advice_about_runs()
    {
        var path = Path.Combine(_folder.Reference(), "results.csv");
        File.Delete(path);
        Directory.CreateDirectory(path);

        var (code, output) = _folder.Run("report", "--publish");

        Assert.Equal(1, code);
        Assert.Contains(path, output);
        Assert.DoesNotContain("Completed results are kept", output);
        Assert.DoesNotContain("resume", output);
    }

    private void Refused(string named, params string[] args)
    {
        var before = Snapshot();

        var (code, output) = _folder.Run(args);

        Assert.Equal(1, code);
        Assert.Contains(named, output);
        Assert.Equal(before, Snapshot());
    }

    private Dictionary<string, string> Snapshot() => Directory
        .EnumerateFiles(Path.Combine(_folder.Results, "reference"), "*", SearchOption.AllDirectories)
        .Append(_readme)
        .ToDictionary(path => path, File.ReadAllText);
}
