namespace SpectralExperiments.Tests;

/// <summary>An example of the README that is a test: the same lines, between comments <c>example</c> in the test's source.</summary>
internal static class ReadmeExample
{
    /// <summary>Checks that the README shows a test's lines.</summary>
    /// <param name="source">The test's file, from the root.</param>
    /// <param name="marker">The name in the README's comments around the example.</param>
    public static void AssertShown(string source, string marker)
    {
        var lines = Between(Read(source), "        // <example>\n", "        // </example>").TrimEnd('\n').Split('\n');
        var example = string.Concat(lines.Select(line => (line.Length > 8 ? line[8..] : line) + "\n"));
        Assert.Equal($"```csharp\n{example}```\n", Between(Read("README.md"), $"<!-- {marker} -->\n", $"<!-- /{marker} -->"));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(RepositoryPaths.Root, path));

    private static string Between(string text, string start, string end)
    {
        var first = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[first..text.IndexOf(end, first, StringComparison.Ordinal)];
    }
}
