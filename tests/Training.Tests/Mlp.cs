using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>The small network of tests/fixtures/training: linear, layer norm, GELU, linear; with dropout if wanted.</summary>
internal sealed class Mlp : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1;
    private readonly LayerNorm norm;
    private readonly Dropout dropout;
    private readonly Linear fc2;

    public Mlp(int inputs = 8, int hidden = 16, int outputs = 4, double dropoutProbability = 0)
        : base(nameof(Mlp))
    {
        fc1 = nn.Linear(inputs, hidden);
        norm = nn.LayerNorm(hidden);
        dropout = nn.Dropout(dropoutProbability);
        fc2 = nn.Linear(hidden, outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = dropout.forward(nn.functional.gelu(norm.forward(fc1.forward(input)))); // [B, hidden]
        return fc2.forward(hidden).MoveToOuterDisposeScope(); // [B, outputs]
    }

    public Dictionary<string, Parameter> Parameters() => named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);

    public void Load(IReadOnlyDictionary<string, Tensor> tensors, string prefix)
    {
        using var ungraded = no_grad();
        foreach (var (name, parameter) in named_parameters())
        {
            parameter.copy_(tensors[prefix + name]);
        }
    }
}
