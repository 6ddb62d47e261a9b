using Reproduction.Claims;
using Reproduction.Reporting;
using SpectralExperiments.Tests;

namespace Reproduction.Tests.Reporting;

public sealed class VerdictBlockTests
{
    [Fact]
    public void The_committed_readme_says_what_the_committed_results_give()
    {
        var summaries = OverallReport.Load(Path.Combine(RepositoryPaths.Root, "results", "reference"), message => Assert.Fail(message));

        var block = VerdictBlock.Read(File.ReadAllText(Path.Combine(RepositoryPaths.Root, "README.md")));

        // `report --publish` of any experiment writes it.
        var stated = ClaimTable.Read(Path.Combine(RepositoryPaths.Root, "data", "published", ClaimTable.FileName)).Count;
        Assert.Equal(VerdictBlock.Of([.. summaries.Select(entry => entry.Summary)], stated), block);
    }

    [Theory]
    [InlineData("no marks")]
    [InlineData("<!-- verdicts -->\nno end")]
    [InlineData("<!-- /verdicts -->\n<!-- verdicts -->\n")]
    public void A_file_without_both_marks_is_left_alone(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            VerdictBlock.Write(path, [], 0);
            Assert.Equal(text, File.ReadAllText(path));
            VerdictBlock.Write(path + ".absent", [], 0);
            Assert.False(File.Exists(path + ".absent"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
