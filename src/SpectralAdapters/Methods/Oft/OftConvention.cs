namespace SpectralAdapters;

/// <summary>Which of three implementations of orthogonal fine-tuning is followed.</summary>
public enum OftConvention
{
    /// <summary>
    /// Today's PEFT: rotates the input, y = (x R) W^T + b; a block's parameters are the upper triangle of a skew matrix.
    /// </summary>
    Peft,

    /// <summary>PEFT 0.9, the paper's baseline on DeBERTa: rotates the output, y = (x W^T) R + b; full square parameters.</summary>
    OutputSide,

    /// <summary>
    /// The official diffusion code: rotates the input; full square parameters; a shared block rotates in the opposite direction
    /// to separate ones.
    /// </summary>
    InputSide,
}
