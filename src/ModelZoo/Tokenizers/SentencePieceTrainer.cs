namespace ModelZoo.Tokenizers;

/// <summary>trainer_spec of a SentencePiece model, with the defaults of the format.</summary>
internal sealed class SentencePieceTrainer
{
    /// <summary>The model type Unigram.</summary>
    public const int Unigram = 1;

    /// <summary>The model type BPE.</summary>
    public const int Bpe = 2;

    public int ModelType { get; set; } = Unigram;

    public bool TreatsWhitespaceAsSuffix { get; set; }

    /// <summary>Whether characters outside the vocabulary become the pieces of their bytes.</summary>
    public bool ByteFallback { get; set; }

    public int UnknownId { get; set; }

    public int BosId { get; set; } = 1;

    public int EosId { get; set; } = 2;
}
