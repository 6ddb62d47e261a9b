using System.Text.Json.Serialization;
using SpectralAdapters.Files;

namespace SpectralAdapters;

/// <summary>
/// Which r columns of the singular factors a spectral adapter tunes, counted from 0 in order of falling singular value
/// (paper section 2 and appendix; official files: spectral_top, spectral_twenty, spectral_bottom, idx).
/// </summary>
[JsonConverter(typeof(ColumnSelectionConverter))]
public sealed record ColumnSelection
{
    private readonly IReadOnlyList<long> _list;

    private ColumnSelection(ColumnKind kind, long count, long start, IReadOnlyList<long> list)
    {
        Kind = kind;
        Count = count;
        Start = start;
        _list = list;
    }

    /// <summary>How the columns are chosen.</summary>
    public ColumnKind Kind { get; }

    /// <summary>r, the number of columns.</summary>
    public long Count { get; }

    /// <summary>The first column of a selection that starts at a given one; 0 for the others.</summary>
    public long Start { get; }

    /// <summary>Columns 0 .. rank-1.</summary>
    public static ColumnSelection Top(long rank) => new(ColumnKind.Top, Positive(rank), 0, []);

    /// <summary>The last <paramref name="rank"/> columns.</summary>
    public static ColumnSelection Bottom(long rank) => new(ColumnKind.Bottom, Positive(rank), 0, []);

    /// <summary>Columns skipped .. skipped+rank-1. The official <c>spectral_twenty</c> skips 20.</summary>
    public static ColumnSelection Skip(long skipped, long rank) => new(ColumnKind.Skip, Positive(rank), NotNegative(skipped), []);

    /// <summary>Columns index*rank .. index*rank+rank-1.</summary>
    public static ColumnSelection Block(long index, long rank) =>
        new(ColumnKind.Block, Positive(rank), FirstOf(index, rank), []);

    /// <summary>The given columns, in the given order.</summary>
    /// <exception cref="ArgumentException">No column, a negative one, or one named twice.</exception>
    public static ColumnSelection List(params IReadOnlyList<long> columns)
    {
        if (columns.Count == 0 || columns.Any(column => column < 0) || columns.Distinct().Count() != columns.Count)
        {
            throw new ArgumentException(
                $"A column list needs at least one column, none below 0 and none twice; found [{string.Join(", ", columns)}].");
        }

        return new(ColumnKind.List, columns.Count, 0, [.. columns]);
    }

    /// <summary>The columns' indices among k singular triplets.</summary>
    /// <param name="tripletCount">k, the smaller side of the weight.</param>
    /// <exception cref="ArgumentException">A column lies outside.</exception>
    public IReadOnlyList<long> Indices(long tripletCount)
    {
        var first = Kind == ColumnKind.Bottom ? tripletCount - Count : Start;
        var exist = Kind == ColumnKind.List
            ? _list.All(index => index < tripletCount)
            : Count <= tripletCount && first <= tripletCount - Count;
        if (!exist)
        {
            throw new ArgumentException($"Columns {this} do not exist: the weight has {tripletCount} singular triplets.");
        }

        return Kind == ColumnKind.List ? _list : Range(first, Count);
    }

    /// <summary>Whether the columns are 0 .. r-1 in this order.</summary>
    /// <param name="tripletCount">k.</param>
    public bool AreLeading(long tripletCount) => Indices(tripletCount).SequenceEqual(Range(0, Count));

    /// <inheritdoc/>
    public bool Equals(ColumnSelection? other) =>
        other is not null && Kind == other.Kind && Count == other.Count && Start == other.Start && _list.SequenceEqual(other._list);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>
    /// The notation of command lines and files: <c>top:8</c>, <c>bottom:8</c>, <c>skip:20:8</c>, <c>block:1:8</c>,
    /// <c>list:0,2,5</c>.
    /// </summary>
    public override string ToString() => Kind switch
    {
        ColumnKind.Top => $"top:{Count}",
        ColumnKind.Bottom => $"bottom:{Count}",
        ColumnKind.Skip => $"skip:{Start}:{Count}",
        ColumnKind.Block => $"block:{Start / Count}:{Count}",
        _ => $"list:{string.Join(',', _list)}",
    };

    /// <summary>Reads the notation of <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">The text does not follow it.</exception>
    public static ColumnSelection Parse(string text)
    {
        var parts = text.Split(':');
        try
        {
            return parts switch
            {
                ["top", var rank] => Top(Number(rank)),
                ["bottom", var rank] => Bottom(Number(rank)),
                ["skip", var skipped, var rank] => Skip(Number(skipped), Number(rank)),
                ["block", var index, var rank] => Block(Number(index), Number(rank)),
                ["list", var columns] => List([.. columns.Split(',').Select(Number)]),
                _ => throw new FormatException(),
            };
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            throw new FormatException(
                $"'{text}' is not a choice of columns; expected top:R, bottom:R, skip:K:R, block:I:R or list:C,C,..", exception);
        }
    }

    private static long Number(string text) =>
        long.Parse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);

    private static IReadOnlyList<long> Range(long start, long count) => [.. Enumerable.Range(0, (int)count).Select(i => start + i)];

    // Saturates: columns that far do not exist anyway.
    private static long FirstOf(long index, long rank) =>
        NotNegative(index) > long.MaxValue / Positive(rank) ? long.MaxValue / rank * rank : index * rank;

    private static long Positive(long rank) =>
        rank >= 1 ? rank : throw new ArgumentException($"A choice of columns needs at least 1 column; found {rank}.");

    private static long NotNegative(long value) =>
        value >= 0 ? value : throw new ArgumentException($"A choice of columns cannot start at {value}.");
}
