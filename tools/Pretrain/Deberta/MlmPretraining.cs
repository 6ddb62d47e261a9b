using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>Masked-language modelling.</summary>
internal sealed class MlmPretraining : IEvaluatedTask
{
    private readonly MaskedLanguageModel model;
    private readonly PretrainingSequences sequences;
    private readonly DebertaTokenizer tokenizer;
    private readonly IReadOnlySet<int> salient;

    public MlmPretraining(DebertaConfig config, PretrainingSequences sequences, DebertaTokenizer tokenizer, Generator generator)
    {
        (this.sequences, this.tokenizer, salient) = (sequences, tokenizer, JoiningWords.Of(tokenizer).Ids);
        model = new MaskedLanguageModel(config, generator);
    }

    public nn.Module Model => model;

    public IReadOnlyList<ParameterGroup> ParameterGroups => [new(model.named_parameters())];

    public IBatchSampler Sampler => sequences.Sampler;

    public BatchLoss Loss(int[] examples) => Loss(sequences.Train(examples));

    public EvaluationResult Evaluate() => sequences.Evaluate(held => Loss(held).Mean.item<float>(), "masked_word_loss");

    /// <summary>The encoder's parameters by their Hugging Face names, as they are now; they belong to the caller's dispose scope.</summary>
    public IReadOnlyDictionary<string, Tensor> Encoder() =>
        model.Deberta.named_parameters().ToDictionary(entry => $"deberta.{entry.name}", entry => (Tensor)entry.parameter);

    private BatchLoss Loss(IReadOnlyList<int[]> batchSequences)
    {
        var batch = MaskedBatch.Of(batchSequences, tokenizer, salient);
        var logits = model.Logits(tensor(batch.Masked, [batchSequences.Count, batchSequences[0].Length]), tensor(batch.Positions)); // [M, V]
        return new BatchLoss(nn.functional.cross_entropy(logits, tensor(batch.Labels)), batch.Positions.Length);
    }
}
