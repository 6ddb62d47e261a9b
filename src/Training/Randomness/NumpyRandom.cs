using System.Numerics;

namespace Training.Randomness;

/// <summary>
/// The numbers of NumPy's <c>numpy.random.default_rng(seed)</c>: PCG64 (XSL-RR, O'Neill 2014) seeded through
/// SeedSequence. <c>datasets.Dataset.shuffle(seed)</c> is <see cref="Permutation"/>.
/// </summary>
public sealed class NumpyRandom
{
    private const int PoolSize = 4;
    private static readonly UInt128 Multiplier = new(2549297995355413924, 4865540595714422341);

    private readonly UInt128 _increment;
    private UInt128 _state;
    private uint? _spareHalf;

    /// <param name="seed">A seed below 2^32, which covers every seed of the paper's scripts.</param>
    public NumpyRandom(uint seed)
    {
        var words = SeedWords(seed);
        _increment = (new UInt128(words[2], words[3]) << 1) | 1;
        Advance();
        _state += new UInt128(words[0], words[1]);
        Advance();
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        Advance();
        var (high, low) = ((ulong)(_state >> 64), (ulong)_state);
        return BitOperations.RotateRight(high ^ low, (int)(high >> 58));
    }

    /// <summary>The next 32 random bits: the low half of 64 bits first, then their high half.</summary>
    public uint NextUInt32()
    {
        if (_spareHalf is { } high)
        {
            _spareHalf = null;
            return high;
        }

        var bits = NextUInt64();
        _spareHalf = (uint)(bits >> 32);
        return (uint)bits;
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary><c>Generator.permutation(n)</c>: Fisher-Yates from the last index down, drawn by masked rejection.</summary>
    /// <param name="n">The number of indices.</param>
    public int[] Permutation(int n)
    {
        var order = Enumerable.Range(0, n).ToArray();
        for (var i = n - 1; i > 0; i--)
        {
            var j = UpTo((uint)i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private uint UpTo(uint largest)
    {
        var mask = uint.MaxValue >> BitOperations.LeadingZeroCount(largest);
        uint draw;
        do
        {
            draw = NextUInt32() & mask;
        }
        while (draw > largest);
        return draw;
    }

    private void Advance() => _state = _state * Multiplier + _increment;

    // numpy.random.SeedSequence(seed).generate_state(4, uint64), after O'Neill's seed_seq_fe.
    private static ulong[] SeedWords(uint seed)
    {
        const uint InitA = 0x43b0d7e5, MultiplierA = 0x931e8875, InitB = 0x8b51f9dd, MultiplierB = 0x58f38ded;
        const uint MixLeft = 0xca01f9dd, MixRight = 0x4973f715;
        var hashConstant = InitA;

        uint Hash(uint value)
        {
            value ^= hashConstant;
            hashConstant *= MultiplierA;
            value *= hashConstant;
            return value ^ (value >> 16);
        }

        static uint Mix(uint x, uint y)
        {
            var mixed = MixLeft * x - MixRight * y;
            return mixed ^ (mixed >> 16);
        }

        var pool = new uint[PoolSize];
        for (var i = 0; i < PoolSize; i++)
        {
            pool[i] = Hash(i == 0 ? seed : 0);
        }

        for (var source = 0; source < PoolSize; source++)
        {
            for (var target = 0; target < PoolSize; target++)
            {
                if (source != target)
                {
                    pool[target] = Mix(pool[target], Hash(pool[source]));
                }
            }
        }

        var halves = new uint[2 * PoolSize];
        hashConstant = InitB;
        for (var i = 0; i < halves.Length; i++)
        {
            var value = pool[i % PoolSize] ^ hashConstant;
            hashConstant *= MultiplierB;
            value *= hashConstant;
            halves[i] = value ^ (value >> 16);
        }

        return [.. Enumerable.Range(0, PoolSize).Select(i => halves[2 * i] | ((ulong)halves[2 * i + 1] << 32))];
    }
}
