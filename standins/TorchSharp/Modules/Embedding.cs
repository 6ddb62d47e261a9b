using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Rows of a table by index.</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private Parameter currentWeight;

    internal Embedding(long num_embeddings, long embedding_dims, long? padding_idx, Device? device, ScalarType? dtype)
        : base(nameof(Embedding))
    {
        this.padding_idx = padding_idx;
        weight = currentWeight = new Parameter(randn([num_embeddings, embedding_dims], dtype, device));
        if (padding_idx is { } row)
        {
            using (no_grad())
            using (var padding = weight.select(0, row))
            {
                padding.zero_().Dispose();
            }
        }
    }

    public long? padding_idx { get; }

    public Parameter weight
    {
        get => currentWeight;
        set => ConditionallyRegisterParameter(nameof(weight), currentWeight = value);
    }

    public override Tensor forward(Tensor input) => nn.functional.embedding(input, weight, padding_idx);

    // The setter registers; a scan of the fields would register it again.
    protected override void RegisterComponents()
    {
    }
}
