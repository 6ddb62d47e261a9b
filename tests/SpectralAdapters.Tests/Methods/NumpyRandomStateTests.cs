using System.Text.Json;
using SpectralExperiments.Tests;

namespace SpectralAdapters.Tests.Methods;

public sealed class NumpyRandomStateTests
{
    [Fact]
    public void Official_rows_are_the_head_of_the_permutation()
    {
        var rows = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("adapters", "orthogonal_adaptation.json")))
            .RootElement.GetProperty("rows");
        foreach (var entry in rows.EnumerateObject())
        {
            var expected = entry.Value.EnumerateArray().Select(row => row.GetInt64());
            var size = int.Parse(entry.Name, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(expected, new NumpyRandomState(0).Permutation(size).Take(32));
        }
    }
}
