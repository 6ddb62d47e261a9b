namespace Microsoft.ML.Tokenizers;

/// <summary>How a text is encoded.</summary>
public struct EncodeSettings
{
    public bool ConsiderNormalization { get; set; }

    public bool ConsiderPreTokenization { get; set; }
}
