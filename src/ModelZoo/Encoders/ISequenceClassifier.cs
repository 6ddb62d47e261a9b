using static TorchSharp.torch;

namespace ModelZoo.Encoders;

/// <summary>An encoder with a classifier, whichever architecture it has.</summary>
public interface ISequenceClassifier
{
    /// <summary>The scores of the classes.</summary>
    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="tokenTypeIds">[B, T], int64; null where all are 0. A model without token types does not look at them.</param>
    /// <param name="attentionMask">[B, T], 1 for a token, 0 for padding; null where nothing is padded (faster).</param>
    /// <returns>[B, labels].</returns>
    Tensor Logits(Tensor inputIds, Tensor? tokenTypeIds, Tensor? attentionMask);

    /// <summary>The mean loss: squared error with one label, cross-entropy with more.</summary>
    /// <param name="logits">[B, labels].</param>
    /// <param name="labels">[B]: numbers with one label, int64 classes with more.</param>
    /// <returns>A scalar.</returns>
    Tensor Loss(Tensor logits, Tensor labels);
}
