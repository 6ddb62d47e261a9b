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
        using var model = new TwoLayers().to(float64);
        Assert.All(model.parameters(), parameter => Assert.Equal(float64, parameter.dtype));
        using var scope = NewDisposeScope();
        Assert.Equal(float64, model.call(ones([2, 3], float64)).dtype);
    }

    [Fact]
    public void DropoutScalesAndKeepsTheMeanOnlyInTraining()
    {
        using var scope = NewDisposeScope();
        manual_seed(0).Dispose();
        var x = ones(10_000);
        var dropped = nn.functional.dropout(x, 0.25, true);
        Assert.Equal(1.0, dropped.mean().item<float>(), 0.03);
        Assert.Equal([0f, 1 / 0.75f], dropped.data<float>().ToArray().Distinct().Order());
        Assert.True(x.Equals(nn.functional.dropout(x, 0.25, false)));
    }

    [Fact]
    public void ClippingScalesAllGradientsByTheirCommonNorm()
    {
        using var scope = NewDisposeScope();
        var a = new Parameter(zeros(2));
        var b = new Parameter(zeros(1));
        a.grad = tensor(new float[] { 3, 0 });
        b.grad = tensor(new float[] { 4 });
        Assert.Equal(5.0, nn.utils.clip_grad_norm_([a, b], 1.0), 6);
        Assert.Equal(0.6f, a.grad!.data<float>()[0], 5);
        Assert.Equal(0.8f, b.grad!.data<float>()[0], 5);
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
