using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

/// <summary>A dropout whose mask is given, already divided by 1 - p; off in evaluation, like dropout.</summary>
internal sealed class FixedMask : nn.Module<Tensor, Tensor>
{
    private readonly Tensor _mask;

    public FixedMask(Tensor mask)
        : base(nameof(FixedMask)) => _mask = mask;

    public override Tensor forward(Tensor input) => training ? input.mul(_mask) : input.alias();
}
