using Training.Data;

namespace Tasks.MathWords;

/// <summary>How training texts become batches.</summary>
public sealed record CausalTextSettings
{
    /// <summary>The most tokens of a text, BOS included; longer texts lose their end.</summary>
    public required int MaxLength { get; init; }

    /// <summary>Where shorter texts are filled up: right for Llama 3, left for Mistral.</summary>
    public required PaddingSide Side { get; init; }

    /// <summary>
    /// How many consecutive texts are padded to the longest of them, before batches are drawn: 1,000 in the authors' scripts, whose
    /// tokenization runs in groups of that size. Null pads each batch to its own longest text. Padding on the right changes no loss. With
    /// padding on the left the first real token is predicted from padding, which averages over the whole sequence.
    /// </summary>
    public int? GroupSize { get; init; }
}
