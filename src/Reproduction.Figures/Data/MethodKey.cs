namespace Reproduction.Figures;

/// <summary>What a figure draws as one series: a method at a rank.</summary>
internal readonly record struct MethodKey(string Method, int? Rank);
