using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using TorchSharp.Modules;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>Replaced-token detection.</summary>
internal sealed class RtdPretraining : IPretraining
{
    // lambda of ELECTRA and DeBERTaV3.
    private const double DetectionWeight = 50;

    private const string Words = "deberta.embeddings.word_embeddings.weight";

    private readonly ReplacedTokenModel model;
    private readonly PretrainingRows rows;
    private readonly DebertaTokenizer tokenizer;
    private readonly IReadOnlySet<int> salient;

    public RtdPretraining(DebertaConfig config, PretrainingRows rows, DebertaTokenizer tokenizer, Generator generator)
    {
        (this.rows, this.tokenizer, salient) = (rows, tokenizer, JoiningWords.Of(tokenizer).Ids);
        model = new ReplacedTokenModel(config, generator);
    }

    public nn.Module Model => model;

    public IEnumerable<(string Name, Parameter Parameter)> TrainableParameters => model.named_parameters();

    public IBatchSampler Batches => rows.Batches;

    public Tensor Loss(int[] batch)
    {
        var (guessing, detection) = Losses(rows.Train(batch));
        return guessing.add(detection.mul(DetectionWeight)); // []
    }

    public EvaluationResult Evaluate() => rows.Evaluate(held => Losses(held).Detection.item<float>(), "replaced_token_loss");

    public IReadOnlyDictionary<string, Tensor> Encoder()
    {
        var encoder = model.Deberta.named_parameters().ToDictionary(entry => $"deberta.{entry.name}", entry => (Tensor)entry.parameter);
        encoder[Words] = model.Words();
        return encoder;
    }

    private (Tensor Guessing, Tensor Detection) Losses(IReadOnlyList<int[]> sequences)
    {
        var batch = MaskedBatch.Of(sequences, tokenizer, salient);
        long[] shape = [sequences.Count, sequences[0].Length];
        var labels = batch.Labels;
        var guesses = model.Generator.Logits(tensor(batch.Masked, shape), tensor(batch.Positions)); // [M, V]
        var guessing = nn.functional.cross_entropy(guesses, tensor(labels)); // []

        var replaced = (long[])batch.Masked.Clone();
        var isReplaced = new float[replaced.Length];
        foreach (var (i, word) in Sample(guesses).Index())
        {
            if (replaced[batch.Positions[i]] == tokenizer.ClassificationTokenId)
            {
                continue;
            }

            replaced[batch.Positions[i]] = word;
            isReplaced[batch.Positions[i]] = word == labels[i] ? 0 : 1;
        }

        var logits = model.Logits(tensor(replaced, shape)); // [B, T]
        return (guessing, nn.functional.binary_cross_entropy_with_logits(logits, tensor(isReplaced, shape)));
    }

    // By the inverse of the distribution function: one random number a position.
    private static long[] Sample(Tensor logits)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var cumulative = nn.functional.softmax(logits, -1).cumsum(1); // [M, V]
        var below = cumulative.lt(rand([logits.shape[0], 1])).sum(1); // [M]
        return [.. below.clamp(max: logits.shape[1] - 1).data<long>()];
    }
}
