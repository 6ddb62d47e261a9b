using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Torch;

/// <summary>How TorchSharp registers and converts the tensors of a module: adapters rely on their fields following a conversion.</summary>
public sealed class TorchModuleTests
{
    [Fact]
    public void A_conversion_replaces_fields_and_registrations_together()
    {
        using var scope = NewDisposeScope();
        using var module = new Tensors();
        module.weight.grad = ones(2);
        module.frozen.requires_grad = false;
        var old = module.weight;
        module.to(ScalarType.Float64);

        Assert.True(old.IsInvalid);
        Assert.Same(module.weight, module.get_parameter("weight"));
        Assert.Equal((ScalarType.Float64, true, true), (module.weight.dtype, module.weight.requires_grad, module.weight.is_leaf));
        Assert.Equal(ScalarType.Float64, module.weight.grad!.dtype);
        Assert.Equal((ScalarType.Float64, false), (module.frozen.dtype, module.frozen.requires_grad));
        Assert.Equal((ScalarType.Int64, ScalarType.Float64), (module.steps.dtype, module.mean.dtype));
    }

    [Fact]
    public void State_dict_names_are_those_of_the_fields_or_of_their_attribute_in_order()
    {
        using var module = new Tensors();
        Assert.Equal(["weight", "frozen", "num_steps", "mean"], module.state_dict().Keys);
    }

    [Fact]
    public void A_sub_module_registered_as_null_can_be_registered_again()
    {
        using var module = new Holder();
        using var other = nn.Linear(2, 5, hasBias: false);
        module.register_module("layer", null!);
        module.register_module("layer", other);
        Assert.Equal([5L, 2], module.state_dict()["layer.weight"].shape);
        Assert.Equal(["last.weight", "layer.weight"], module.state_dict().Keys.Order());
    }

    private sealed class Tensors : nn.Module
    {
        public readonly Parameter weight = new(zeros(2));
        public readonly Parameter frozen = new(zeros(2));

        [ComponentName(Name = "num_steps")]
        public readonly Tensor steps = zeros(1, dtype: ScalarType.Int64);

        public readonly Tensor mean = zeros(1);

        public Tensors()
            : base(nameof(Tensors)) => RegisterComponents();
    }

    private sealed class Holder : nn.Module
    {
        public readonly nn.Module<Tensor, Tensor> layer = nn.Linear(2, 3, hasBias: false);
        public readonly nn.Module<Tensor, Tensor> last = nn.Linear(3, 2, hasBias: false);

        public Holder()
            : base(nameof(Holder)) => RegisterComponents();
    }
}
