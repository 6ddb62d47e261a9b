using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Mutations;

/// <summary>
/// The weights that an adapter folder stands for, in float64 from its JSON and bytes by the methods' formulas, without the library's
/// readers and adapters. Which layers are adapted is what the tensors say: the library demands that the settings say the same.
/// </summary>
internal static class MergedOracle
{
    /// <summary>W' by formula.</summary>
    /// <param name="settings">The folder's settings.</param>
    /// <param name="layer">The layer's full name.</param>
    /// <param name="weight">W, [m, n], in float64.</param>
    /// <param name="get">A tensor of the layer by the name that follows the layer's, in float64, or null.</param>
    public delegate Tensor Formula(JsonObject settings, string layer, Tensor weight, Func<string, Tensor?> get);

    /// <summary>LoRA, DoRA and AdaLoRA with a given scale.</summary>
    public static Tensor LowRank(Tensor weight, Tensor a, Tensor b, Tensor? e, Tensor? magnitude, double scale)
    {
        var sum = weight.add((e is null ? b : b.mul(e.t())).mm(a).mul(scale)); // [m, n]
        return magnitude is null ? sum : sum.mul(magnitude.unsqueeze(1)).div(sum.square().sum([1], keepdim: true).sqrt());
    }

    /// <summary>The first entry of a pattern whose key fits the end of a layer's name.</summary>
    public static double ByPattern(JsonNode? pattern, string layer, double otherwise) =>
        (pattern as JsonObject)?.Where(pair => Regex.IsMatch(layer, $@"^(.*\.)?(?:{pair.Key})$"))
            .Select(pair => (double?)pair.Value!.GetValue<double>()).FirstOrDefault() ?? otherwise;

    /// <summary>W R^T of PEFT's OFT.</summary>
    public static Tensor Rotated(JsonObject settings, Tensor weight, Tensor triangles)
    {
        var side = (int)Math.Round((1 + Math.Sqrt(1 + (8.0 * triangles.shape[1]))) / 2);
        var count = (int)(weight.shape[1] / side);
        var blocks = Enumerable.Range(0, count).Select(block => Rotation(settings, triangles, (int)(block % triangles.shape[0]), side));
        return weight.mm(block_diag([.. blocks]).t());
    }

    private static Tensor Rotation(JsonObject settings, Tensor triangles, int block, int side)
    {
        var values = triangles[block].data<double>().ToArray();
        var matrix = new double[side, side];
        var position = 0;
        for (var row = 0; row < side; row++)
        {
            for (var column = row + 1; column < side; column++)
            {
                (matrix[row, column], matrix[column, row]) = (values[position], -values[position]);
                position++;
            }
        }

        var k = tensor(matrix); // [s, s]
        if (settings["coft"]?.GetValue<bool>() is true)
        {
            var (radius, norm) = (settings["eps"]?.GetValue<double>() ?? 6e-5, k.square().sum().sqrt().item<double>());
            radius /= Math.Sqrt(triangles.shape[0]);
            k = norm <= radius ? k : k.mul(radius / norm);
        }

        var identity = eye(side, dtype: ScalarType.Float64); // [s, s]
        if (!settings["use_cayley_neumann"]!.GetValue<bool>())
        {
            return identity.sub(k).mm(linalg.inv(identity.add(k)));
        }

        var terms = settings["num_cayley_neumann_terms"]?.GetValue<int>() ?? 5;
        double[] coefficients = terms switch
        {
            < 2 => [1],
            2 => [1, 2],
            3 => [1, 2, 2, 1],
            _ => [1, .. Enumerable.Repeat(2.0, terms - 2), 1],
        };
        var (sum, power) = (zeros_like(identity), identity);
        foreach (var coefficient in coefficients)
        {
            (sum, power) = (sum.add(power.mul(coefficient)), power.mm(k));
        }

        return sum;
    }
}
