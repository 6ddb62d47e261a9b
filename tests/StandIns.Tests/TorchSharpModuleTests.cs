using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

public sealed class TorchSharpModuleTests
{
    [Fact]
    public void FieldsBecomeComponentsUnderTheirNames()
    {
        using var model = new TwoLayers();
        Assert.Equal(["first.weight", "first.bias", "out_proj.weight", "out_proj.bias"], model.state_dict().Keys);
        Assert.Equal(["first", "out_proj", "drop"], model.named_children().Select(child => child.name));
        Assert.Equal(4, model.parameters().Count());
        model.eval();
        Assert.All(model.modules(), module => Assert.False(module.training));
    }

    [Fact]
    public void ConvertingKeepsFieldsAndRegistrationsTogether()
    {
        using var model = new TwoLayers().to(ScalarType.Float64);
        Assert.All(model.parameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.dtype));
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float64, model.call(ones(2, 3, ScalarType.Float64)).dtype);
    }

    [Fact]
    public void DropoutScalesAndKeepsTheMeanOnlyInTraining()
    {
        using var scope = NewDisposeScope();
        manual_seed(0).Dispose();
        var x = ones(10_000);
        using var dropout = nn.Dropout(0.25);
        var dropped = dropout.call(x);
        Assert.Equal(1.0, dropped.mean().item<float>(), 0.03);
        Assert.Equal([0f, 1 / 0.75f], dropped.data<float>().ToArray().Distinct().Order());
        dropout.eval();
        Assert.True(x.Equals(dropout.call(x)));
    }

    private sealed class TwoLayers : nn.Module<Tensor, Tensor>
    {
        private readonly Linear first = nn.Linear(3, 4);

        [ComponentName(Name = "out_proj")]
        private readonly Linear second = nn.Linear(4, 2);

        private readonly Dropout drop = nn.Dropout(0.1);

        public TwoLayers()
            : base(nameof(TwoLayers)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return second.call(drop.call(first.call(input))).MoveToOuterDisposeScope();
        }
    }
}
