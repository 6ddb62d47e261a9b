namespace ModelZoo.Decoder;

/// <summary>Why a sequence has no further tokens.</summary>
public enum GenerationEnd
{
    /// <summary>It has the most tokens that were asked for.</summary>
    Length,

    /// <summary>Its last token is an end token.</summary>
    EndToken,

    /// <summary>The caller had enough.</summary>
    Stopped,
}
