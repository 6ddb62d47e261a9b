namespace Reproduction.Figures;

/// <summary>What a figure draws as one series: a method at a rank.</summary>
/// <param name="Method">The method.</param>
/// <param name="Rank">The rank in the paper, beside which a smaller model's own rank stands.</param>
internal readonly record struct MethodKey(string Method, int? Rank);
