using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Training.Randomness;

namespace Training.Tests.Randomness;

public sealed class NumpyRandomTests
{
    [Fact]
    public void Permutations_equal_numpy()
    {
        foreach (var entry in Fixtures.Json("data", "random_orders.json").GetProperty("numpy_permutations").EnumerateArray())
        {
            var order = new NumpyRandom(entry.GetProperty("seed").GetUInt32()).Permutation(entry.GetProperty("n").GetInt32());

            Assert.Equal(entry.GetProperty("first").Ints(), order[..entry.GetProperty("keep").GetInt32()]);
            Assert.Equal(entry.GetProperty("sha256_int64").GetString(), Hash(order));
            if (entry.TryGetProperty("sha256_int64_first_10000", out var first))
            {
                Assert.Equal(first.GetString(), Hash(order[..10_000]));
            }
        }
    }

    [Fact]
    public void Raw_outputs_and_doubles_equal_numpy()
    {
        foreach (var entry in Fixtures.Json("data", "random_orders.json").GetProperty("numpy_internals").EnumerateArray())
        {
            var seed = entry.GetProperty("seed").GetUInt32();
            var raw = new NumpyRandom(seed);
            foreach (var expected in entry.GetProperty("raw_uint64").EnumerateArray())
            {
                Assert.Equal(ulong.Parse(expected.GetString()!, CultureInfo.InvariantCulture), raw.NextUInt64());
            }

            var doubles = new NumpyRandom(seed);
            foreach (var expected in entry.GetProperty("standard_double").Doubles())
            {
                Assert.Equal(expected, doubles.NextDouble());
            }
        }
    }

    [Fact]
    public void A_32_bit_draw_takes_the_low_half_first()
    {
        var wide = new NumpyRandom(42).NextUInt64();
        var halves = new NumpyRandom(42);

        Assert.Equal((uint)wide, halves.NextUInt32());
        Assert.Equal((uint)(wide >> 32), halves.NextUInt32());
    }

    private static string Hash(int[] order)
    {
        var wide = Array.ConvertAll(order, index => (long)index);
        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<long>(wide)));
    }
}
