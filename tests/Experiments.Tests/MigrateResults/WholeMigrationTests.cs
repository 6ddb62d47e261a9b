using MigrateResults;
using Reproduction;

namespace SpectralExperiments.Tests;

/// <summary>A migration writes all of a folder or nothing.</summary>
public sealed class WholeMigrationTests : IDisposable
{
    private static readonly string Old = RepositoryPaths.Fixture("results-format-1");

    private readonly TemporaryFolder _folder = new();

    public WholeMigrationTests()
    {
        foreach (var path in Directory.GetFiles(Old, "*", SearchOption.AllDirectories))
        {
            _folder.Write(Path.Combine("old", Path.GetRelativePath(Old, path)), File.ReadAllText(path));
        }
    }

    private string From => Path.Combine(_folder.Root, "old");

    private string To => Path.Combine(_folder.Root, "new");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_broken_record_leaves_the_target_empty()
    {
        var broken = Directory.GetFiles(Path.Combine(From, "DebertaGlue"), "*.json", SearchOption.AllDirectories)
            .Where(path => Path.GetDirectoryName(path)!.EndsWith("runs", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Last();
        File.WriteAllText(broken, File.ReadAllText(broken)[..100]);

        Refused(broken);
    }

    [Theory]
    [InlineData(",rte,0,", ",rte,,")]
    [InlineData("DebertaGlue,mini,lora", "Other,mini,lora")]
    public void A_broken_line_leaves_the_target_empty(string old, string changed)
    {
        var path = Path.Combine(From, "DebertaGlue", "mini", "results.csv");
        var text = File.ReadAllText(path);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        File.WriteAllText(path, text[..at] + changed + text[(at + old.Length)..]);

        Refused(path);
    }

    [Fact]
    public void Other_results_in_the_target_leave_it_as_it_is()
    {
        var newer = _folder.Write("new/DebertaGlue/mini/results.csv", "newer");

        Assert.Contains(newer, Assert.Throws<UserErrorException>(() => Migrate(From)).Message, StringComparison.Ordinal);

        Assert.Equal([newer], Directory.GetFiles(To, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void An_empty_folder_name_is_refused() =>
        Assert.Contains("expected a folder", Assert.Throws<UserErrorException>(() => Migrate("")).Message, StringComparison.Ordinal);

    private void Refused(string named)
    {
        Assert.Contains(named, Assert.Throws<UserErrorException>(() => Migrate(From)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.Exists(To) ? Directory.GetFiles(To, "*", SearchOption.AllDirectories) : []);
    }

    private void Migrate(string from) => new Migration(from, To, TextWriter.Null).Run();
}
