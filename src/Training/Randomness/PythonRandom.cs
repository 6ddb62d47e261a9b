using System.Numerics;

namespace Training.Randomness;

/// <summary>
/// The numbers of CPython's <c>random.Random(seed)</c>: MT19937 seeded by <c>init_by_array</c>. lm_eval draws its
/// few-shot examples with <see cref="Sample"/>.
/// </summary>
public sealed class PythonRandom
{
    private const int StateSize = 624;
    private const int ShiftSize = 397;

    private readonly uint[] _state = new uint[StateSize];
    private int _position = StateSize;

    /// <param name="seed">A seed below 2^32.</param>
    public PythonRandom(uint seed)
    {
        _state[0] = 19650218;
        for (uint i = 1; i < StateSize; i++)
        {
            _state[i] = 1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30)) + i;
        }

        // init_by_array with the one-word key [seed].
        var at = 1;
        for (var k = 0; k < StateSize; k++)
        {
            _state[at] = (_state[at] ^ ((_state[at - 1] ^ (_state[at - 1] >> 30)) * 1664525)) + seed;
            Step(ref at);
        }

        for (var k = 0; k < StateSize - 1; k++)
        {
            _state[at] = (_state[at] ^ ((_state[at - 1] ^ (_state[at - 1] >> 30)) * 1566083941)) - (uint)at;
            Step(ref at);
        }

        _state[0] = 0x80000000;
    }

    /// <summary><c>getrandbits(bits)</c>: the top bits of one 32-bit output.</summary>
    /// <param name="bits">From 1 to 32.</param>
    public uint NextBits(int bits) => NextUInt32() >> (32 - bits);

    /// <summary><c>random()</c>: a number in [0, 1) with 53 random bits.</summary>
    public double NextDouble()
    {
        var (a, b) = (NextUInt32() >> 5, NextUInt32() >> 6);
        return (a * 67108864.0 + b) * (1.0 / (1L << 53));
    }

    /// <summary><c>sample(range(n), k)</c>: k different indices below n.</summary>
    /// <exception cref="ArgumentOutOfRangeException">k is negative or larger than n.</exception>
    public int[] Sample(int n, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        // CPython shuffles a pool where the pool is smaller than the set it would need to remember the draws.
        var setSize = 21L;
        if (k > 5)
        {
            setSize += (long)Math.Pow(4, Math.Ceiling(Math.Log(k * 3, 4)));
        }

        return n <= setSize ? SampleFromPool(n, k) : SampleByRejection(n, k);
    }

    /// <summary><c>shuffle(list)</c>, in place.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private int[] SampleFromPool(int n, int k)
    {
        var pool = Enumerable.Range(0, n).ToArray();
        var drawn = new int[k];
        for (var i = 0; i < k; i++)
        {
            var j = Below(n - i);
            drawn[i] = pool[j];
            pool[j] = pool[n - i - 1];
        }

        return drawn;
    }

    private int[] SampleByRejection(int n, int k)
    {
        var seen = new HashSet<int>();
        var drawn = new int[k];
        for (var i = 0; i < k; i++)
        {
            int j;
            do
            {
                j = Below(n);
            }
            while (!seen.Add(j));
            drawn[i] = j;
        }

        return drawn;
    }

    private int Below(int n)
    {
        var bits = 32 - BitOperations.LeadingZeroCount((uint)n);
        uint draw;
        do
        {
            draw = NextBits(bits);
        }
        while (draw >= n);
        return (int)draw;
    }

    private uint NextUInt32()
    {
        if (_position == StateSize)
        {
            Twist();
        }

        var y = _state[_position++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < StateSize; i++)
        {
            var y = (_state[i] & 0x80000000) | (_state[(i + 1) % StateSize] & 0x7fffffff);
            _state[i] = _state[(i + ShiftSize) % StateSize] ^ (y >> 1) ^ ((y & 1) * 0x9908b0df);
        }

        _position = 0;
    }

    private void Step(ref int at)
    {
        if (++at == StateSize)
        {
            _state[0] = _state[StateSize - 1];
            at = 1;
        }
    }
}
