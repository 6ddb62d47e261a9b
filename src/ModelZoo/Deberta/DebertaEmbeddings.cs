using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>Word embeddings, layer norm, mask, dropout; positions enter in the attention only.</summary>
public sealed class DebertaEmbeddings : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "word_embeddings")]
    private readonly Embedding _wordEmbeddings;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _layerNorm;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    /// <param name="config">The sizes.</param>
    public DebertaEmbeddings(DebertaConfig config)
        : base(nameof(DebertaEmbeddings))
    {
        _wordEmbeddings = nn.Embedding(config.VocabSize, config.HiddenSize, padding_idx: config.PadTokenId);
        _layerNorm = nn.LayerNorm(config.HiddenSize, config.LayerNormEps);
        _dropout = nn.Dropout(config.HiddenDropout);
        RegisterComponents();
    }

    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="attentionMask">[B, T], 1 for a token, 0 for padding; null where nothing is padded.</param>
    /// <returns>[B, T, D]; zero at padding.</returns>
    public override Tensor forward(Tensor inputIds, Tensor? attentionMask)
    {
        using var words = _wordEmbeddings.forward(inputIds); // [B, T, D]
        return Normalize(words, attentionMask); // [B, T, D]
    }

    // All that follows the table of word embeddings.
    private Tensor Normalize(Tensor words, Tensor? attentionMask)
    {
        using var scope = torch.NewDisposeScope();
        var embeddings = _layerNorm.forward(words); // [B, T, D]
        if (attentionMask is not null)
        {
            embeddings = embeddings.mul(attentionMask.unsqueeze(2).to_type(embeddings.dtype)); // [B, T, D]
        }

        return _dropout.forward(embeddings).MoveToOuterDisposeScope(); // [B, T, D]
    }
}
