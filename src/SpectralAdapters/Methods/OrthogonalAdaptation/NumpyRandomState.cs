namespace SpectralAdapters;

/// <summary>
/// NumPy's legacy generator (RandomState: MT19937), as far as the official choice of rows needs it: choice without replacement is
/// the head of a permutation.
/// </summary>
internal sealed class NumpyRandomState
{
    private const int Size = 624;
    private const int Shift = 397;

    private readonly uint[] _state = new uint[Size];
    private int _position = Size;

    public NumpyRandomState(uint seed)
    {
        for (var i = 0; i < Size; i++)
        {
            _state[i] = seed;
            seed = (1812433253u * (seed ^ (seed >> 30))) + (uint)i + 1;
        }
    }

    /// <summary>The numbers 0 .. count-1 in random order.</summary>
    public long[] Permutation(int count)
    {
        var order = Enumerable.Range(0, count).Select(i => (long)i).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = Below((uint)i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    // A number in 0 .. maximum: the low bits, drawn again while they are too large.
    private uint Below(uint maximum)
    {
        var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(maximum);
        uint value;
        do
        {
            value = Next() & mask;
        }
        while (value > maximum);
        return value;
    }

    private uint Next()
    {
        if (_position == Size)
        {
            for (var i = 0; i < Size; i++)
            {
                var mixed = (_state[i] & 0x80000000u) | (_state[(i + 1) % Size] & 0x7fffffffu);
                _state[i] = _state[(i + Shift) % Size] ^ (mixed >> 1) ^ ((mixed & 1) == 0 ? 0 : 0x9908b0dfu);
            }

            _position = 0;
        }

        var value = _state[_position++];
        value ^= value >> 11;
        value ^= (value << 7) & 0x9d2c5680u;
        value ^= (value << 15) & 0xefc60000u;
        return value ^ (value >> 18);
    }
}
