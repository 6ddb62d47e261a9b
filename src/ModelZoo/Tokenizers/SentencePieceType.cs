namespace ModelZoo.Tokenizers;

/// <summary>The types of pieces, with the numbers of the file format.</summary>
internal enum SentencePieceType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
