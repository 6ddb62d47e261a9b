using System.Text.RegularExpressions;
using ModelZoo.Deberta;
using SpectralAdapters.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

public sealed partial class RelativePositionsTests
{
    [Fact]
    public void Every_bucket_table_is_exact()
    {
        using var scope = torch.NewDisposeScope();
        using var file = SafetensorsFile.Open(RepositoryPaths.Fixture("deberta", "relative_position_buckets.safetensors"));
        Assert.NotEmpty(file.Names);
        foreach (var name in file.Names)
        {
            var sizes = Sizes().Match(name);
            Assert.True(sizes.Success, name);
            using var positions = Positions(int.Parse(sizes.Groups["buckets"].Value), int.Parse(sizes.Groups["max"].Value));
            var values = file.Read(name).data<long>().ToArray();
            var columns = (int)file.Shape(name)[1];
            for (var i = 0; i < columns; i++)
            {
                if (name.StartsWith("table_", StringComparison.Ordinal))
                {
                    Assert.Equal(values[columns + i], positions.Bucket(values[i]));
                    continue;
                }

                for (var j = 0; j < columns; j++)
                {
                    Assert.Equal(values[(i * columns) + j], positions.Bucket(i - j));
                }
            }
        }
    }

    [Theory]
    [InlineData("classification", 20, 8, 64)]
    [InlineData("regression", 14, 8, 64)]
    public void The_buckets_of_the_golden_models_are_exact(string folder, int length, int buckets, int max)
    {
        using var scope = torch.NewDisposeScope();
        using var positions = Positions(buckets, max);
        using var file = SafetensorsFile.Open(RepositoryPaths.Fixture("deberta", folder, "io.safetensors"));

        var expected = file.Read("relative_position").data<long>().ToArray();

        var found = from i in Enumerable.Range(0, length) from j in Enumerable.Range(0, length) select (long)positions.Bucket(i - j);
        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(129)]
    [InlineData(700)]
    public void The_prepared_rows_are_those_of_every_distance(int length)
    {
        using var positions = Positions(256, 512);

        var rows = positions.ForLength(length, torch.CPU);

        var ascending = rows.Ascending.data<long>().ToArray();
        Assert.Equal(2 * length, ascending.Length);
        Assert.Equal(rows.Descending.data<long>().SkipLast(1), ascending.SkipLast(1).Reverse());
        Assert.Equal(rows.Descending.shape, rows.Ascending.shape);
        for (var distance = 1 - length; distance < length; distance++)
        {
            Assert.Equal(positions.Row(distance), rows.First + ascending[distance + length - 1]);
        }

        Assert.Equal(0, ascending.Min());
        Assert.Equal(rows.Count - 1, ascending.Max());
        Assert.Same(rows, positions.ForLength(length, torch.CPU));
    }

    private static RelativePositions Positions(int buckets, int max) =>
        new(DebertaConfig.V3Base with { PositionBuckets = buckets, MaxPositionEmbeddings = max });

    [GeneratedRegex(@"b(?:uckets)?(?<buckets>\d+)_m(?:ax)?(?<max>\d+)")]
    private static partial Regex Sizes();
}
