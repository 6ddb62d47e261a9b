using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>
/// Which row of the relative-position table belongs to a distance (DeBERTa-v2's logarithmic buckets), prepared once for
/// each sequence length.
/// </summary>
public sealed class RelativePositions : IDisposable
{
    private readonly int _buckets;
    private readonly int _farthest;
    private readonly Dictionary<(long Length, DeviceType Type, int Device), RelativePositionRows> _rows = [];

    /// <param name="config">Gives B (position buckets) and M (the distance at which the buckets end).</param>
    public RelativePositions(DebertaConfig config)
    {
        _buckets = config.PositionBuckets;
        _farthest = config.FarthestDistance;
    }

    /// <summary>
    /// The bucket of a distance: the distance itself up to B/2, then logarithmic up to B - 1 at M - 1
    /// (transformers, <c>make_log_bucket_position</c>).
    /// </summary>
    /// <param name="distance">Query index minus key index.</param>
    /// <returns>A signed bucket; beyond M it may leave the table, where the table's last row serves.</returns>
    public int Bucket(long distance)
    {
        var mid = _buckets / 2;
        var magnitude = Math.Abs(distance);
        if (magnitude <= mid)
        {
            return (int)distance;
        }

        var position = Math.Log((double)magnitude / mid) / Math.Log((_farthest - 1.0) / mid) * (mid - 1);
        return Math.Sign(distance) * ((int)Math.Ceiling(position) + mid);
    }

    /// <summary>The row of the table, in [0, 2B), that serves a distance.</summary>
    /// <param name="distance">Query index minus key index.</param>
    public int Row(long distance) => Math.Clamp(Bucket(distance) + _buckets, 0, (2 * _buckets) - 1);

    /// <summary>The rows that a sequence of T tokens can reach. The result belongs to this object.</summary>
    /// <param name="length">T.</param>
    /// <param name="device">The device of the indices.</param>
    public RelativePositionRows ForLength(long length, Device device)
    {
        var key = (length, device.type, device.index);
        if (!_rows.TryGetValue(key, out var found))
        {
            found = Build(length, device);
            _rows.Add(key, found);
        }

        return found;
    }

    /// <summary>Frees the indices of all lengths.</summary>
    public void Dispose()
    {
        foreach (var entry in _rows.Values)
        {
            entry.Ascending.Dispose();
            entry.Descending.Dispose();
        }

        _rows.Clear();
    }

    private RelativePositionRows Build(long length, Device device)
    {
        var first = Row(1 - length);
        var ascending = new long[2 * length];
        for (var i = 0; i < ascending.Length - 1; i++)
        {
            ascending[i] = Row(i - (length - 1)) - first;
        }

        ascending[^1] = ascending[^2];
        long[] descending = [.. ascending.SkipLast(1).Reverse(), 0];
        return new RelativePositionRows(
            first,
            Row(length - 1) - first + 1,
            torch.tensor(ascending, device: device).DetachFromDisposeScope(),    // [2T]
            torch.tensor(descending, device: device).DetachFromDisposeScope());  // [2T]
    }
}
