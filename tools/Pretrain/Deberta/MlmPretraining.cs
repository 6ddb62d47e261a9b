using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using TorchSharp.Modules;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>Masked-language modelling.</summary>
internal sealed class MlmPretraining : IPretraining
{
    private readonly MaskedLanguageModel model;
    private readonly PretrainingRows rows;
    private readonly DebertaTokenizer tokenizer;
    private readonly IReadOnlySet<int> salient;

    public MlmPretraining(DebertaConfig config, PretrainingRows rows, DebertaTokenizer tokenizer, Generator generator)
    {
        (this.rows, this.tokenizer, salient) = (rows, tokenizer, JoiningWords.Of(tokenizer).Ids);
        model = new MaskedLanguageModel(config, generator);
    }

    public nn.Module Model => model;

    public IEnumerable<(string Name, Parameter Parameter)> TrainableParameters => model.named_parameters();

    public IBatchSampler Batches => rows.Batches;

    public Tensor Loss(int[] batch) => Loss(rows.Train(batch));

    public EvaluationResult Evaluate() => rows.Evaluate(held => Loss(held).item<float>(), "masked_word_loss");

    public IReadOnlyDictionary<string, Tensor> Encoder() =>
        model.Deberta.named_parameters().ToDictionary(entry => $"deberta.{entry.name}", entry => (Tensor)entry.parameter);

    private Tensor Loss(IReadOnlyList<int[]> sequences)
    {
        var batch = MaskedBatch.Of(sequences, tokenizer, salient);
        var logits = model.Logits(tensor(batch.Masked, [sequences.Count, sequences[0].Length]), tensor(batch.Positions)); // [M, V]
        return nn.functional.cross_entropy(logits, tensor(batch.Labels)); // []
    }
}
