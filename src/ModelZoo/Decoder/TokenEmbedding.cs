using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>A vector for each token id, with a weight that is set when the model is initialised or loaded.</summary>
public sealed class TokenEmbedding : nn.Module<Tensor, Tensor>
{
    private readonly int? _padding;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    internal TokenEmbedding(DecoderConfig config, ScalarType type)
        : base(nameof(TokenEmbedding))
    {
        _padding = config.PadTokenId;
        _weight = new Parameter(empty(config.VocabSize, config.HiddenSize, dtype: type), requires_grad: true); // [V, D]
        RegisterComponents();
    }

    /// <summary>[V, D].</summary>
    public Parameter Weight => _weight;

    /// <summary>The vectors; that of padding gets no gradient.</summary>
    /// <param name="ids">[B, T], int64.</param>
    /// <returns>[B, T, D].</returns>
    public override Tensor forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var rows = _weight.index_select(0, ids.reshape(-1)); // [B T, D]
        if (_padding is { } padding && rows.requires_grad)
        {
            rows = where(ids.reshape(-1, 1).eq(padding), rows.detach(), rows); // [B T, D]
        }

        return rows.view(ids.shape[0], ids.shape[1], -1).MoveToOuterDisposeScope();
    }
}
