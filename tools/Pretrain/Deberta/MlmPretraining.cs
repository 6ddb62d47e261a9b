using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using Training;
using Training.Data;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>Masked-language modelling.</summary>
internal sealed class MlmPretraining : IEvaluatedTask
{
    private readonly MaskedLanguageModel _model;
    private readonly PretrainingSequences _sequences;
    private readonly DebertaTokenizer _tokenizer;
    private readonly IReadOnlySet<int> _salient;

    public MlmPretraining(DebertaConfig config, PretrainingSequences sequences, DebertaTokenizer tokenizer, Generator generator)
    {
        (_sequences, _tokenizer, _salient) = (sequences, tokenizer, JoiningWords.Of(tokenizer).Ids);
        _model = new MaskedLanguageModel(config, generator);
    }

    public nn.Module Model => _model;

    public IReadOnlyList<ParameterGroup> ParameterGroups => [new(_model.named_parameters())];

    public IBatchSampler Sampler => _sequences.Sampler;

    public BatchLoss Loss(int[] examples) => Loss(_sequences.Train(examples));

    public EvaluationResult Evaluate() => _sequences.Evaluate(held => Loss(held).Mean.item<float>(), "masked_word_loss");

    /// <summary>The encoder's parameters by their Hugging Face names, as they are now; they belong to the caller's dispose scope.</summary>
    public IReadOnlyDictionary<string, Tensor> Encoder() =>
        _model.Deberta.named_parameters().ToDictionary(entry => $"deberta.{entry.name}", entry => (Tensor)entry.parameter);

    private BatchLoss Loss(IReadOnlyList<int[]> sequences)
    {
        var batch = MaskedBatch.Of(sequences, _tokenizer, _salient);
        var logits = _model.Logits(tensor(batch.Masked, [sequences.Count, sequences[0].Length]), tensor(batch.Positions)); // [M, V]
        return new BatchLoss(nn.functional.cross_entropy(logits, tensor(batch.Labels)), batch.Positions.Length);
    }
}
