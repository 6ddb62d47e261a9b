namespace ModelZoo.Tokenizers;

/// <summary>What Unicode 8 says of a character, as far as an uncased BERT asks.</summary>
internal enum CharacterKind
{
    /// <summary>A letter, a digit, a symbol, white space, or a character that Unicode 8 does not have.</summary>
    Other,

    /// <summary>A nonspacing mark, such as an accent.</summary>
    Mark,

    /// <summary>A punctuation mark.</summary>
    Punctuation,

    /// <summary>A control, format or private use character.</summary>
    Control,
}
