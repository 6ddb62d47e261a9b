using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>y = x W^T + b.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    private Parameter currentWeight;
    private Parameter? currentBias;

    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(Linear))
    {
        in_features = inputSize;
        out_features = outputSize;
        var bound = 1 / Math.Sqrt(inputSize);
        weight = currentWeight = new Parameter(empty([outputSize, inputSize], dtype, device));
        using (no_grad())
        {
            weight.uniform_(-bound, bound).Dispose();
            if (hasBias)
            {
                bias = new Parameter(empty([outputSize], dtype, device));
                bias.uniform_(-bound, bound).Dispose();
            }
        }
    }

    public long in_features { get; }

    public long out_features { get; }

    public Parameter weight
    {
        get => currentWeight;
        set => ConditionallyRegisterParameter(nameof(weight), currentWeight = value);
    }

    public Parameter? bias
    {
        get => currentBias;
        set => ConditionallyRegisterParameter(nameof(bias), currentBias = value);
    }

    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weight, bias);

    // The setters register; a scan of the fields would register them again.
    protected override void RegisterComponents()
    {
    }
}
