using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>The small network of tests/fixtures/training: linear, layer norm, GELU, linear; with dropout if wanted.</summary>
internal sealed class Mlp : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "fc1")]
    private readonly Linear _fc1;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    [ComponentName(Name = "fc2")]
    private readonly Linear _fc2;

    public Mlp(int inputs = 8, int hidden = 16, int outputs = 4, double dropoutProbability = 0)
        : base(nameof(Mlp))
    {
        _fc1 = nn.Linear(inputs, hidden);
        _norm = nn.LayerNorm(hidden);
        _dropout = nn.Dropout(dropoutProbability);
        _fc2 = nn.Linear(hidden, outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = _dropout.forward(nn.functional.gelu(_norm.forward(_fc1.forward(input)))); // [B, hidden]
        return _fc2.forward(hidden).MoveToOuterDisposeScope(); // [B, outputs]
    }

    public Dictionary<string, Parameter> Parameters() => named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);

    public void Load(IReadOnlyDictionary<string, Tensor> tensors, string prefix)
    {
        using var noGrad = no_grad();
        foreach (var (name, parameter) in named_parameters())
        {
            parameter.copy_(tensors[prefix + name]);
        }
    }
}
