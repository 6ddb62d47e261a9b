using Training.Randomness;

namespace Training.Tests.Randomness;

public sealed class Pcg32Tests
{
    // The output of the published demonstration program, pcg32-demo, for its seed 42 and stream 54.
    [Fact]
    public void Gives_the_published_numbers()
    {
        var random = new Pcg32(42, 54);
        uint[] expected = [0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e];
        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(_ => random.NextUInt32()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void Below_stays_below(int bound)
    {
        var random = new Pcg32(1, 2);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(random.Below(bound), 0, bound - 1));
    }

    [Fact]
    public void Below_hits_every_number_about_equally_often()
    {
        var random = new Pcg32(3, 4);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.Below(7)]++;
        }

        // The standard deviation of a count is 93.
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void Below_refuses_an_empty_range() => Assert.Throws<ArgumentOutOfRangeException>(() => new Pcg32(0, 0).Below(0));

    [Fact]
    public void Shuffled_keeps_the_items() =>
        Assert.Equal(Enumerable.Range(0, 50), new Pcg32(5, 6).Shuffled(Enumerable.Range(0, 50)).Order());
}
