namespace Tasks.Tests;

/// <summary>A tokenizer whose ids are UTF-16 units; texts end with '~', and begin with '^' where it has a BOS.</summary>
internal static class CharacterCodec
{
    public const int Bos = '^';
    public const int Eos = '~';

    public static TextCodec Create(bool hasBos) => new()
    {
        Encode = text => [.. text.Select(letter => (int)letter)],
        Decode = Text,
        BosTokenId = hasBos ? Bos : null,
        EosTokenId = Eos,
    };

    public static string Text(IReadOnlyList<int> ids) => string.Concat(ids.Select(id => (char)id));
}
