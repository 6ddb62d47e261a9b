namespace Pretrain.Deberta;

/// <summary>What a model learns from plain text.</summary>
internal enum PretrainingObjective
{
    /// <summary>Masked-language modelling: guess the words behind [MASK] (BERT).</summary>
    Mlm,

    /// <summary>
    /// Replaced-token detection (ELECTRA) with gradient-disentangled embedding sharing (DeBERTaV3, section 3): a smaller
    /// generator fills masks, the model tells which words are not the original ones.
    /// </summary>
    Rtd,
}
