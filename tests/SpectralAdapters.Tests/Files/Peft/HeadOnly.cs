using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>A model that is an output head with a bias.</summary>
internal sealed class HeadOnly : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "lm_head")]
    private readonly AdaptableLinear _lmHead = new(8, 6);

    public HeadOnly(ulong seed)
        : base(nameof(HeadOnly))
    {
        RegisterComponents();
        using var noGrad = no_grad();
        using var random = new Generator(seed);
        foreach (var parameter in parameters())
        {
            using var values = randn(parameter.shape, generator: random);
            parameter.copy_(values);
        }
    }

    public override Tensor forward(Tensor input) => _lmHead.call(input);
}
