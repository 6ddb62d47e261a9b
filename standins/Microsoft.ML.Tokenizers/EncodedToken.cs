namespace Microsoft.ML.Tokenizers;

/// <summary>A token: its id, its text and where it lies in the (normalised) text.</summary>
public readonly struct EncodedToken
{
    public EncodedToken(int id, string value, Range offset)
    {
        Id = id;
        Value = value;
        Offset = offset;
    }

    public int Id { get; }

    public string Value { get; }

    public Range Offset { get; }
}
