namespace Reproduction.Figures;

/// <summary>The values of one method and origin, by ascending <see cref="DataPoint.X"/>.</summary>
internal sealed record DataSeries(MethodKey Key, ValueOrigin Origin, IReadOnlyList<DataPoint> Points);
