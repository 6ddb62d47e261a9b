using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace SpectralAdapters.Factors;

/// <summary>What makes U, S and V singular triplets of a weight. Every message ends a sentence that names file and layer.</summary>
internal static class FactorCheck
{
    private const double LargestResidual = 1e-3;
    private const double LargestDifference = 1e-4;
    private const double SmallestSize = 1e-2;

    // Decompositions of a few thousand rows are orthonormal to some hundred roundings of the type that they compute in.
    private const double OrthonormalRoundings = 500;

    /// <summary>Requires orthonormal columns, singular values of at least 0, and W V = U S.</summary>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="u">U, [m, r].</param>
    /// <param name="s">S, [r].</param>
    /// <param name="v">V, [n, r].</param>
    /// <returns>|W V - U S| relative to the largest singular value.</returns>
    /// <exception cref="InvalidDataException">They are none.</exception>
    public static double Require(Tensor weight, Tensor u, Tensor s, Tensor v)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (wide, scale) = Scaled(weight); // [m, n]
        var (u64, s64, v64) = (Wide(u), Wide(s).div(scale), Wide(v)); // [m, r], [r], [n, r]
        var size = Size(wide, s64);
        var residual = Largest(wide.mm(v64).sub(u64.mul(s64))) / size;
        if (!(residual <= Math.Max(LargestResidual, Rounding(u, weight))))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"not those of its weight: |W V - U S| is {residual:E1} of the largest singular value, at most {LargestResidual:E0} is expected."));
        }

        RequireOrthonormal("U", u, u64, weight);
        RequireOrthonormal("V", v, v64, weight);
        return residual;
    }

    /// <summary>Requires, beyond that, W^T U = V S and that the singular values are those of the columns asked for, in their order.</summary>
    /// <param name="weight">W, [m, n].</param>
    /// <param name="u">U, [m, r].</param>
    /// <param name="s">S, [r].</param>
    /// <param name="v">V, [n, r].</param>
    /// <param name="columns">The columns asked for.</param>
    /// <returns>|W V - U S| relative to the largest singular value.</returns>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public static double RequireColumns(Tensor weight, Tensor u, Tensor s, Tensor v, ColumnSelection columns)
    {
        var residual = Require(weight, u, s, v);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (wide, scale) = Scaled(weight); // [m, n]
        var (u64, s64, v64) = (Wide(u), Wide(s).div(scale), Wide(v)); // [m, r], [r], [n, r]
        var largest = Size(wide, s64);
        var other = Largest(wide.t().mm(u64).sub(v64.mul(s64))) / largest;
        if (!(other <= Math.Max(LargestResidual, Rounding(u, weight))))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"not those of its weight: |W^T U - V S| is {other:E1} of the largest singular value, at most {LargestResidual:E0} is expected."));
        }

        RequireOrder(s64.data<double>().ToArray(), columns, Math.Min(weight.shape[0], weight.shape[1]));
        var all = linalg.svdvals(wide.to_type(ComputeType.For(weight.dtype))).to_type(ScalarType.Float64); // [k]
        var indices = tensor(columns.Indices(all.shape[0]).ToArray()); // [r]
        var difference = Largest(all.index_select(0, indices).sub(s64)) / Math.Max(Largest(all.index_select(0, indices)), largest);
        if (!(difference <= Math.Max(LargestDifference, Rounding(s, weight))))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"not its columns {columns}: the singular values differ by {difference:E1} of the largest, at most {LargestDifference:E0} is expected."));
        }

        return residual;
    }

    // What errors are relative to: the largest singular value, unless it is so small that the weight's own rounding counts.
    private static double Size(Tensor weight, Tensor values) => Math.Max(Largest(values), SmallestSize * Largest(weight));

    private static void RequireOrder(double[] values, ColumnSelection columns, long count)
    {
        var order = columns.Indices(count).Zip(values).OrderBy(pair => pair.First).Select(pair => pair.Second).ToList();
        var ordered = order.Zip(order.Skip(1)).All(pair => pair.First >= pair.Second) && order[^1] >= 0;
        if (!ordered)
        {
            throw new InvalidDataException(
                $"not in the order of columns {columns}: expected singular values of at least 0 that fall with the column.");
        }
    }

    private static void RequireOrthonormal(string name, Tensor given, Tensor wide, Tensor weight)
    {
        var distance = Largest(wide.t().mm(wide).sub(eye(wide.shape[1], dtype: wide.dtype)));
        var limit = Rounding(given, weight);
        if (!(distance <= limit))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"not orthonormal: |{name}^T {name} - I| is {distance:E1}, at most {limit:E1} is expected of {given.dtype}."));
        }
    }

    // Of the factors' own element type, whose entries are rounded once, or of the type that the weight is decomposed in.
    private static double Rounding(Tensor factor, Tensor weight) =>
        Math.Max(4 * finfo(factor.dtype).eps, OrthonormalRoundings * finfo(ComputeType.For(weight.dtype)).eps);

    private static (Tensor Weight, double Scale) Scaled(Tensor weight)
    {
        var scale = WeightScale.Of(weight) is var found && double.IsFinite(found) && found > 0 ? found : 1;
        return (Wide(weight).div(scale), scale);
    }

    private static Tensor Wide(Tensor value) => value.detach().cpu().to_type(ScalarType.Float64);

    private static double Largest(Tensor value) => value.abs().max().item<double>();
}
