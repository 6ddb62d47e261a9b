namespace Training.Data;

/// <summary>Where shorter sequences of a batch are filled up.</summary>
public enum PaddingSide
{
    /// <summary>After the last token.</summary>
    Right,

    /// <summary>Before the first token.</summary>
    Left,
}
