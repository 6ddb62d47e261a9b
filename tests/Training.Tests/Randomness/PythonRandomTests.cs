using System.Text.Json;
using Training.Randomness;

namespace Training.Tests.Randomness;

public sealed class PythonRandomTests
{
    public static TheoryData<int> Entries { get; } = new(0, 1);

    [Theory]
    [MemberData(nameof(Entries))]
    public void Bits_doubles_samples_and_shuffles_equal_cpython(int index)
    {
        var entry = Fixtures.Json("data", "random_orders.json").GetProperty("python_random")[index];
        var seed = entry.GetProperty("seed").GetUInt32();

        Check(entry.GetProperty("getrandbits32"), value => value.GetUInt32(), seed, random => random.NextBits(32));
        Check(entry.GetProperty("getrandbits13"), value => value.GetUInt32(), seed, random => random.NextBits(13));
        Check(entry.GetProperty("random"), value => value.GetDouble(), seed, random => random.NextDouble());

        var sampling = new PythonRandom(seed);
        foreach (var sample in entry.GetProperty("samples_in_sequence").EnumerateArray())
        {
            var drawn = sampling.Sample(sample.GetProperty("n").GetInt32(), sample.GetProperty("k").GetInt32());
            Assert.Equal(sample.GetProperty("drawn").Ints(), drawn);
        }

        var items = Enumerable.Range(0, 20).ToArray();
        new PythonRandom(seed).Shuffle(items.AsSpan());
        Assert.Equal(entry.EnumerateObject().Single(property => property.Name.StartsWith("shuffle")).Value.Ints(), items);
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(3, -1)]
    public void A_sample_larger_than_its_population_is_refused(int n, int k) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PythonRandom(0).Sample(n, k));

    private static void Check<T>(JsonElement expected, Func<JsonElement, T> read, uint seed, Func<PythonRandom, T> draw)
    {
        var random = new PythonRandom(seed);
        foreach (var value in expected.EnumerateArray())
        {
            Assert.Equal(read(value), draw(random));
        }
    }
}
