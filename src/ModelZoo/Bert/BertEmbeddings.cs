using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Bert;

/// <summary>The sum of word, position and token type embeddings, layer norm, dropout.</summary>
public sealed class BertEmbeddings : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "word_embeddings")]
    private readonly Embedding _wordEmbeddings;

    [ComponentName(Name = "position_embeddings")]
    private readonly Embedding _positionEmbeddings;

    [ComponentName(Name = "token_type_embeddings")]
    private readonly Embedding _tokenTypeEmbeddings;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _layerNorm;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    /// <param name="config">The sizes.</param>
    public BertEmbeddings(BertConfig config)
        : base(nameof(BertEmbeddings))
    {
        _wordEmbeddings = nn.Embedding(config.VocabSize, config.HiddenSize, padding_idx: config.PadTokenId);
        _positionEmbeddings = nn.Embedding(config.MaxPositionEmbeddings, config.HiddenSize);
        _tokenTypeEmbeddings = nn.Embedding(config.TypeVocabSize, config.HiddenSize);
        _layerNorm = nn.LayerNorm(config.HiddenSize, config.LayerNormEps);
        _dropout = nn.Dropout(config.HiddenDropout);
        RegisterComponents();
    }

    /// <param name="inputIds">[B, T], int64.</param>
    /// <param name="tokenTypeIds">[B, T], int64; null where all are 0.</param>
    /// <returns>[B, T, D].</returns>
    /// <exception cref="ArgumentException">The sequences are longer than the model has positions for.</exception>
    public override Tensor forward(Tensor inputIds, Tensor? tokenTypeIds)
    {
        var (length, longest) = (inputIds.shape[1], _positionEmbeddings.weight!.shape[0]);
        if (length > longest)
        {
            throw new ArgumentException($"Found sequences of {length} tokens, expected at most {longest}, the model's positions.");
        }

        using var scope = torch.NewDisposeScope();
        var types = tokenTypeIds is null
            ? _tokenTypeEmbeddings.weight!.select(0, 0)                  // [D]
            : _tokenTypeEmbeddings.forward(tokenTypeIds);               // [B, T, D]
        var positions = _positionEmbeddings.weight!.narrow(0, 0, length); // [T, D]
        var sum = _wordEmbeddings.forward(inputIds).add(types).add(positions); // [B, T, D]
        return _dropout.forward(_layerNorm.forward(sum)).MoveToOuterDisposeScope(); // [B, T, D]
    }
}
