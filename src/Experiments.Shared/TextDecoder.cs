using ModelZoo.Decoder;
using ModelZoo.Tokenizers;
using Tasks;
using Tasks.MathWords;
using Training;

namespace Experiments.Shared;

/// <summary>A decoder with its tokenizer, as tasks with texts use them.</summary>
public sealed class TextDecoder
{
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <exception cref="InvalidDataException">The tokenizer has ids that the model lacks.</exception>
    public TextDecoder(DecoderForCausalLm model, TextTokenizer tokenizer)
    {
        if (tokenizer.VocabularySize > model.Config.VocabSize)
        {
            throw new InvalidDataException(
                $"{tokenizer.Path}: found {tokenizer.VocabularySize} ids, expected at most the {model.Config.VocabSize} of the model.");
        }

        (Model, Codec) = (model, CodecOf(tokenizer));
    }

    /// <summary>The model.</summary>
    public DecoderForCausalLm Model { get; }

    /// <summary>The tokenizer.</summary>
    public TextCodec Codec { get; }

    /// <summary>A tokenizer for tasks. It decodes as transformers does, which ignores ids beyond the vocabulary.</summary>
    public static TextCodec CodecOf(TextTokenizer tokenizer) => new()
    {
        Encode = text => tokenizer.Encode(text),
        Decode = ids => tokenizer.Decode([.. ids.Where(id => id < tokenizer.VocabularySize)], tokenizer.CleansUpSpaces),
        BosTokenId = tokenizer.BosTokenId,
        EosTokenId = tokenizer.EosTokenId,
    };

    /// <summary>Generates greedily in a left-padded batch; the model has to be in evaluation mode.</summary>
    /// <inheritdoc cref="Tasks.Gsm8k.GreedyGeneration"/>
    public IReadOnlyList<IReadOnlyList<int>> Generate(
        IReadOnlyList<IReadOnlyList<int>> prompts, int maxNewTokens, Func<int, IReadOnlyList<int>, bool> isStopped)
    {
        var config = new GenerationConfig { MaxNewTokens = maxNewTokens, IsStopped = isStopped };
        return [.. GreedyGenerator.Generate(Model, prompts, config).Select(sequence => sequence.Ids)];
    }

    /// <summary>The training loss of a batch, over all its labels.</summary>
    public BatchLoss Loss(CausalBatch batch) =>
        new(Model.Loss(batch.InputIds, batch.AttentionMask, batch.Labels), batch.PredictedTokens);

    /// <summary>The summed loss and the number of predicted tokens of each sequence; the model has to be in evaluation mode.</summary>
    public IReadOnlyList<(double Sum, long Tokens)> SequenceLosses(CausalBatch batch) =>
        Model.SequenceLosses(batch.InputIds, batch.AttentionMask, batch.Labels);
}
