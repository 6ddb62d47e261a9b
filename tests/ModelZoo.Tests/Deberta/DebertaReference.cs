using ModelZoo.Deberta;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

/// <summary>
/// Disentangled attention from its definition, pair by pair:
/// score(i, j) = (q_i . k_j + q_i . K^r[r(i-j)] + k_j . Q^r[r(i-j)]) / sqrt(3 d).
/// </summary>
internal static class DebertaReference
{
    /// <summary>The first layer's attention probabilities, [H, T, T].</summary>
    /// <param name="model">A float64 model in evaluation mode.</param>
    /// <param name="ids">[1, T].</param>
    public static Tensor FirstAttention(DebertaForSequenceClassification model, Tensor ids)
    {
        var config = model.Config;
        using var positions = new RelativePositions(config);
        Tensor Parameter(string name) => model.get_parameter($"deberta.{name}")!;
        Tensor Project(Tensor input, string projection) =>
            input.matmul(Parameter($"encoder.layer.0.attention.self.{projection}.weight").t())
                .add(Parameter($"encoder.layer.0.attention.self.{projection}.bias"));

        var hidden = model.Deberta.HiddenStates(ids, null)[0].squeeze(0); // [T, D]
        var table = nn.functional.layer_norm(
            Parameter("encoder.rel_embeddings.weight"),
            [config.HiddenSize],
            Parameter("encoder.LayerNorm.weight"),
            Parameter("encoder.LayerNorm.bias"),
            config.LayerNormEps); // [2B, D]
        var (length, d) = ((int)hidden.shape[0], config.HeadSize);
        var query = Rows(Project(hidden, "query_proj"));
        var key = Rows(Project(hidden, "key_proj"));
        var relativeQuery = Rows(Project(table, "query_proj"));
        var relativeKey = Rows(Project(table, "key_proj"));
        var scores = new double[config.NumAttentionHeads, length, length];
        for (var h = 0; h < config.NumAttentionHeads; h++)
        {
            for (var i = 0; i < length; i++)
            {
                for (var j = 0; j < length; j++)
                {
                    var r = positions.Row(i - j);
                    scores[h, i, j] = (Dot(query[i], key[j], h * d, d)
                        + Dot(query[i], relativeKey[r], h * d, d) + Dot(key[j], relativeQuery[r], h * d, d))
                        / Math.Sqrt(3.0 * d);
                }
            }
        }

        var flat = torch.tensor(scores.Cast<double>().ToArray()).view(config.NumAttentionHeads, length, length);
        return nn.functional.softmax(flat, -1);
    }

    private static double[][] Rows(Tensor matrix) => [.. TensorAssert.Values(matrix).Chunk((int)matrix.shape[1])];

    private static double Dot(double[] a, double[] b, int start, int count)
    {
        var sum = 0.0;
        for (var i = start; i < start + count; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
