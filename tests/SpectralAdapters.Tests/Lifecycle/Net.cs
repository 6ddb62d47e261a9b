using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>Plain Linear layers a and b, [8, 8], and a head that is given, all in fields that can be replaced.</summary>
internal sealed class Net : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "a")]
    private readonly nn.Module<Tensor, Tensor> _a;

    [ComponentName(Name = "b")]
    private readonly nn.Module<Tensor, Tensor> _b;

    [ComponentName(Name = "head")]
    private readonly nn.Module<Tensor, Tensor> _head;

    public Net(Func<nn.Module<Tensor, Tensor>>? head = null, bool oneLayer = false, bool oneWeight = false)
        : base(nameof(Net))
    {
        random.manual_seed(1);
        _a = nn.Linear(8, 8);
        _b = oneLayer ? _a : nn.Linear(8, 8);
        if (oneWeight)
        {
            ((Linear)_b).weight = ((Linear)_a).weight;
        }

        _head = head?.Invoke() ?? nn.Linear(8, 3);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _head.call(_b.call(_a.call(input).relu())).MoveToOuterDisposeScope();
    }
}
