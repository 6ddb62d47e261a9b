using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace ModelZoo.Bert;

/// <summary>The stack of layers.</summary>
public sealed class BertEncoder : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "layer")]
    private readonly ModuleList<BertLayer> _layers;

    /// <param name="config">The sizes.</param>
    public BertEncoder(BertConfig config)
        : base(nameof(BertEncoder))
    {
        _layers = new ModuleList<BertLayer>([.. Enumerable.Range(0, config.NumHiddenLayers).Select(_ => new BertLayer(config))]);
        RegisterComponents();
    }

    /// <param name="embeddings">[B, T, D].</param>
    /// <param name="additiveMask">[B, 1, 1, T], 0 for a token, negative infinity for padding; null where nothing is padded.</param>
    /// <returns>[B, T, D], the last layer's hidden states.</returns>
    public override Tensor forward(Tensor embeddings, Tensor? additiveMask)
    {
        using var scope = torch.NewDisposeScope();
        return _layers.Aggregate(embeddings, (hidden, layer) => layer.forward(hidden, additiveMask)) // [B, T, D]
            .MoveToOuterDisposeScope();
    }
}
