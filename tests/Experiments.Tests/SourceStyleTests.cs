using System.Text.RegularExpressions;

namespace SpectralExperiments.Tests;

/// <summary>The conventions that .editorconfig can state but no analyser of the SDK checks.</summary>
public sealed partial class SourceStyleTests
{
    private const int MaxLineLength = 140;

    private static readonly string[] Folders = ["src", "experiments", "tools", "tests", "eng"];

    [Fact]
    public void Lines_are_at_most_140_characters_long()
    {
        var found = SourceFiles(Folders).SelectMany(path => File.ReadLines(path).Index()
            .Where(line => line.Item.Length > MaxLineLength).Select(line => $"{Place(path, line.Index)}: {line.Item.Length}")).ToList();

        Assert.True(found.Count == 0, $"longer than {MaxLineLength} characters:\n{string.Join('\n', found)}");
    }

    [Fact]
    public void Names_of_tests_are_sentences_with_underscores()
    {
        var names = SourceFiles("tests").SelectMany(path =>
        {
            var lines = File.ReadAllLines(path);
            return lines.Index().Skip(1).Select(line => (Method: TestMethod().Match(line.Item), line.Index))
                .Where(line => line.Method.Success && lines[line.Index - 1].EndsWith(']'))
                .Select(line => (Name: line.Method.Groups["name"].Value, Place: Place(path, line.Index)));
        }).ToList();
        var found = names.Where(test => !test.Name.Contains('_') && InnerCapital().IsMatch(test.Name)).ToList();

        Assert.True(names.Count > 500, $"{names.Count} tests found");
        Assert.True(
            found.Count == 0, $"not a sentence with underscores:\n{string.Join('\n', found.Select(test => $"{test.Place}: {test.Name}"))}");
    }

    [Theory]
    [InlineData("ReadsWhatIsThere", true)]
    [InlineData("Reads_what_is_there", false)]
    [InlineData("A_NaN_is_refused", false)]
    [InlineData("Dispose", false)]
    public void A_name_in_pascal_case_is_found(string name, bool expected) =>
        Assert.Equal(expected, !name.Contains('_') && InnerCapital().IsMatch(name));

    private static IEnumerable<string> SourceFiles(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string Place(string path, int line) => $"{Path.GetRelativePath(RepositoryPaths.Root, path)}:{line + 1}";

    [GeneratedRegex(@"^    public (async )?(void|Task|Property) (?<name>\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex("[a-z0-9][A-Z]")]
    private static partial Regex InnerCapital();
}
