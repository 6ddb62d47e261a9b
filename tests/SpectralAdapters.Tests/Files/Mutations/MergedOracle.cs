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
    // Above, sums of the model itself lose the digits that are compared.
    private const double LargestForward = 50;

    // Above, a product of two such values is no float32 any more, and what remains depends on the order of the operations.
    private const double LargestCompared = 1e18;

    /// <summary>Whether a loaded model has the weights expected once it is merged, and computes the same before and after.</summary>
    /// <param name="adapted">The loaded model, not merged.</param>
    /// <param name="file">The folder's tensors. Where damage made one of them huge, only that it was read is checked.</param>
    /// <param name="expected">Every parameter that the merged model has, by name, in float64.</param>
    /// <param name="forward">Computes the model's output.</param>
    public static bool Agrees(
        AdaptedModel adapted, SafetensorsOracle file, IReadOnlyDictionary<string, Tensor> expected, Func<Tensor> forward)
    {
        var held = file.Tensors.Where(pair => pair.Value.Data.Length > 0).Select(pair => file.Values(pair.Key));
        if (held.Any(values => values.abs().max().item<double>() > LargestCompared))
        {
            return true;
        }

        using var noGrad = no_grad();
        var output = forward();
        adapted.Merge();
        var merged = adapted.Model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        return merged.Keys.ToHashSet().SetEquals(expected.Keys)
            && merged.All(pair => IsClose(expected[pair.Key], pair.Value, 1e-5))
            && (merged.Values.Any(value => value.abs().max().item<float>() > LargestForward) || IsClose(forward(), output, 1e-3));
    }

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

    // Relative to the largest value, and what is no float32 any more is infinite in both.
    private static bool IsClose(Tensor expected, Tensor found, double tolerance)
    {
        var (wide, other) = (expected.to_type(ScalarType.Float64), found.to_type(ScalarType.Float64));
        var finite = wide.abs().le(float.MaxValue);
        var scale = Math.Max(1, wide.where(finite, zeros_like(wide)).abs().max().item<double>());
        return other.isfinite().eq(finite).all().item<bool>()
            && wide.sub(other).where(finite, zeros_like(wide)).abs().max().item<double>() <= tolerance * scale;
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
