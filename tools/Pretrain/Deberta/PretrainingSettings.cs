using System.Text.Json;
using ModelZoo.Deberta;

namespace Pretrain.Deberta;

/// <summary>Settings of a pretraining run. The defaults make data/zoo/deberta-mini.</summary>
internal sealed record PretrainingSettings
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n" };

    // They are all held in memory.
    private const int MaxSequences = 50_000_000;

    /// <summary>Optimiser steps.</summary>
    public int Steps { get; init; } = 16_000;

    /// <summary>Sequences per batch.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>T, the sequence length in tokens, including [CLS] and [SEP].</summary>
    public int SequenceLength { get; init; } = 32;

    /// <summary>The peak learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The percentage of sequences of generated text.</summary>
    public int GeneratedPercent { get; init; } = 85;

    /// <summary>The vocabulary size, including [MASK].</summary>
    public int VocabularySize { get; init; } = 8000;

    /// <summary>The hidden size, D.</summary>
    public int HiddenSize { get; init; } = 192;

    /// <summary>The number of encoder layers.</summary>
    public int Layers { get; init; } = 6;

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>The sizes of the model.</summary>
    /// <param name="vocabularySize">The vocabulary size of the tokenizer.</param>
    public DebertaConfig Model(int vocabularySize)
    {
        var mini = DebertaConfig.Mini(vocabularySize);
        return mini with { HiddenSize = HiddenSize, IntermediateSize = 4 * HiddenSize, NumHiddenLayers = Layers };
    }

    /// <summary>The settings as JSON, with the texts that they are applied to.</summary>
    /// <param name="textSha256">The digest of the English text; null where there is none.</param>
    /// <param name="generatedSha256">The digest of the generated text, which changes with the generator.</param>
    public string ToJson(string? textSha256, string generatedSha256) =>
        JsonSerializer.Serialize(new { Settings = this, TextSha256 = textSha256, GeneratedSha256 = generatedSha256 }, Json) + "\n";

    /// <summary>Checks what <see cref="DebertaConfig"/> and the trainer do not.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(Steps > 1, nameof(Steps), Steps, "2 or more");
        Require(BatchSize > 0, nameof(BatchSize), BatchSize, "1 or more");
        Require((long)Steps * BatchSize <= MaxSequences, nameof(Steps), Steps, FormattableString.Invariant(
            $"at most {MaxSequences / BatchSize} with a batch size of {BatchSize}"));
        Require(LearningRate is > 0 and < 1, nameof(LearningRate), LearningRate, "above 0 and below 1");
        Require(Seed >= 0, nameof(Seed), Seed, "0 or more");
        Require(SequenceLength is >= 8 and <= 512, nameof(SequenceLength), SequenceLength, "8 to 512");
        Require(GeneratedPercent is >= 0 and <= 100, nameof(GeneratedPercent), GeneratedPercent, "0 to 100");
        Require(VocabularySize is >= 100 and <= 32_000, nameof(VocabularySize), VocabularySize, "100 to 32,000");
        Require(Layers > 1, nameof(Layers), Layers, "2 or more");
        Model(VocabularySize).Validate();
    }

    private static void Require(bool holds, string name, IFormattable found, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"{name}: found {found}, expected {expected}"));
        }
    }
}
