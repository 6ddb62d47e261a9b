using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>y = x W^T + b.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    private Parameter? currentWeight;
    private Parameter? currentBias;

    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(Linear))
    {
        var bound = 1 / Math.Sqrt(inputSize);
        weight = new Parameter(empty([outputSize, inputSize], dtype, device));
        using (no_grad())
        {
            weight.uniform_(-bound, bound);
            if (hasBias)
            {
                bias = new Parameter(empty([outputSize], dtype, device));
                bias.uniform_(-bound, bound);
            }
        }
    }

    /// <summary>A new weight outlives the dispose scopes, and the old one is disposed.</summary>
    public Parameter weight
    {
        get => currentWeight!;
        set
        {
            if (!ReferenceEquals(value, currentWeight))
            {
                currentWeight?.Dispose();
                currentWeight = (Parameter)value.DetachFromDisposeScope();
                ConditionallyRegisterParameter(nameof(weight), currentWeight);
            }
        }
    }

    /// <summary>A new bias outlives the dispose scopes, and the old one is disposed.</summary>
    public Parameter? bias
    {
        get => currentBias;
        set
        {
            currentBias?.Dispose();
            currentBias = (Parameter?)value?.DetachFromDisposeScope();
            ConditionallyRegisterParameter(nameof(bias), currentBias);
        }
    }

    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weight, bias);

    // The setters register; a scan of the fields would register them again.
    protected override void RegisterComponents()
    {
    }
}
