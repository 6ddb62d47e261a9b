namespace ModelZoo.Tokenizers;

/// <summary>normalizer_spec of a SentencePiece model, with the defaults of the format.</summary>
internal sealed class SentencePieceNormalizer
{
    /// <summary>The precompiled map of characters; empty for one that changes nothing.</summary>
    public byte[] CharacterMap { get; set; } = [];

    /// <summary>Whether a space is put in front of a text.</summary>
    public bool AddsDummyPrefix { get; set; } = true;

    /// <summary>Whether spaces at the ends are removed, and runs of them made one.</summary>
    public bool RemovesExtraWhitespaces { get; set; } = true;

    /// <summary>Whether spaces become U+2581.</summary>
    public bool EscapesWhitespaces { get; set; } = true;
}
