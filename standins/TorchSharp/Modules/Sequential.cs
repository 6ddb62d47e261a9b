using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules that are called one after the other.</summary>
public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<nn.Module<Tensor, Tensor>> order = [];

    internal Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules)
        : base(nameof(Sequential))
    {
        foreach (var (name, module) in modules)
        {
            register_module(name, module);
            order.Add(module);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var current = input.alias();
        foreach (var module in order)
        {
            current = module.call(current);
        }

        return current.MoveToOuterDisposeScope();
    }

    protected override void RegisterComponents()
    {
    }
}
