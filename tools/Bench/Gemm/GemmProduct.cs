using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Bench.Gemm;

/// <summary>A matrix product, or several of one shape at once.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Type">The element type.</param>
/// <param name="Batch">How many products.</param>
/// <param name="Rows">Rows of the left matrix.</param>
/// <param name="Inner">Columns of the left matrix.</param>
/// <param name="Columns">Columns of the right matrix.</param>
internal sealed record GemmProduct(string Name, ScalarType Type, long Batch, long Rows, long Inner, long Columns)
{
    // Long enough that the overhead of timer and calls does not matter.
    private const double ShortestMilliseconds = 30;

    /// <summary>A square, small squares, and the scores and a projection of DeBERTaV3-base at 8 x 128 tokens, each in both types.</summary>
    public static IReadOnlyList<GemmProduct> All { get; } =
    [
        .. from type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16]
           from shape in (GemmProduct[])
           [
               new("square", type, 1, 1024, 1024, 1024),
               new("small squares", type, 64, 64, 64, 64),
               new("scores", type, 96, 128, 64, 128),
               new("projection", type, 1, 1024, 768, 768),
           ]
           select shape,
    ];

    public string Shape => string.Create(CultureInfo.InvariantCulture, $"{(Batch == 1 ? "" : $"{Batch} x ")}{Rows}x{Inner}x{Columns}");

    /// <summary>Multiplies random matrices until the clock can be trusted.</summary>
    /// <returns>Billions of operations a second, an addition and a multiplication each.</returns>
    public double Measure()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(0);
        var left = Random(Rows, Inner); // [b, m, k], or [m, k] where b is 1
        var right = Random(Inner, Columns); // [b, k, n], or [k, n]
        for (var count = 1; ; count *= 2)
        {
            var milliseconds = Timing.Milliseconds(() =>
            {
                for (var i = 0; i < count; i++)
                {
                    left.matmul(right).Dispose(); // [b, m, n], or [m, n]
                }
            });
            if (milliseconds >= ShortestMilliseconds)
            {
                return 2.0 * Batch * Rows * Inner * Columns * count / (milliseconds * 1e6);
            }
        }

        Tensor Random(long rows, long columns)
        {
            long[] shape = Batch == 1 ? [rows, columns] : [Batch, rows, columns];
            return randn(shape, generator: generator).to_type(Type);
        }
    }
}
