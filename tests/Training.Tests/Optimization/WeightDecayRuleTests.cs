using TorchSharp;
using TorchSharp.Modules;
using Training.Optimization;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Training.Tests.Optimization;

public sealed class WeightDecayRuleTests
{
    [Fact]
    public void Decayed_parameters_are_those_of_the_hugging_face_trainer()
    {
        foreach (var fixture in Fixtures.Json("training", "weight_decay_names.json").EnumerateObject())
        {
            var expected = fixture.Value.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetBoolean());
            using var model = new NamedModule();
            foreach (var name in expected.Keys)
            {
                model.Add(name.Split('.'));
            }

            Assert.Equal(expected.OrderBy(entry => entry.Key), Decayed(model).OrderBy(entry => entry.Key));
        }
    }

    [Fact]
    public void The_type_of_a_module_decides_and_not_its_name()
    {
        using var model = new OtherNames();

        Assert.Equal(
            new Dictionary<string, bool>
            {
                ["ln_1.weight"] = false, ["ln_1.bias"] = false, ["scale.weight"] = false, ["scale.bias"] = false, ["rms.weight"] = false,
                ["LayerNorm.weight"] = true, ["LayerNorm.bias"] = false, ["free"] = true, ["lora_bias"] = false,
            }.OrderBy(entry => entry.Key),
            Decayed(model).OrderBy(entry => entry.Key));
        using var norm = nn.LayerNorm(4);
        Assert.All(Decayed(norm).Values, Assert.False);
    }

    private static Dictionary<string, bool> Decayed(nn.Module model)
    {
        var rule = new WeightDecayRule(model);
        return model.named_parameters().ToDictionary(entry => entry.name, entry => rule.AppliesTo(entry.name, entry.parameter));
    }

    // The modules that Hugging Face's models call norms are of the types LayerNorm and LlamaRMSNorm.
    private class NamedModule() : nn.Module("module")
    {
        private readonly Dictionary<string, NamedModule> _children = [];

        public void Add(ReadOnlySpan<string> path)
        {
            if (path.Length == 1)
            {
                register_parameter(path[0], new Parameter(zeros(1)));
                return;
            }

            if (!_children.TryGetValue(path[0], out var child))
            {
                child = path[0].Contains("norm", StringComparison.OrdinalIgnoreCase) ? new LlamaRmsNorm() : new NamedModule();
                _children.Add(path[0], child);
                register_module(path[0], child);
            }

            child.Add(path[1..]);
        }
    }

    private sealed class LlamaRmsNorm : NamedModule;

    private class RootMeanSquareNorm : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "weight")]
        private readonly Parameter _weight = new(ones(4));

        public RootMeanSquareNorm()
            : base(nameof(RootMeanSquareNorm)) => RegisterComponents();

        public override Tensor forward(Tensor input) => input * _weight;
    }

    // A type derived from a normalisation layer is one, whatever its name.
    private sealed class Scale : RootMeanSquareNorm;

    private sealed class OtherNames : nn.Module
    {
        [ComponentName(Name = "ln_1")]
        private readonly LayerNorm _ln1 = nn.LayerNorm(4);

        [ComponentName(Name = "scale")]
        private readonly BatchNorm1d _scale = nn.BatchNorm1d(4);

        [ComponentName(Name = "rms")]
        private readonly Scale _rms = new();

        [ComponentName(Name = "LayerNorm")]
        private readonly Linear _layerNorm = nn.Linear(4, 4);

        [ComponentName(Name = "free")]
        private readonly Parameter _free = new(zeros(4));

        [ComponentName(Name = "lora_bias")]
        private readonly Parameter _loraBias = new(zeros(4));

        public OtherNames()
            : base(nameof(OtherNames)) => RegisterComponents();
    }
}
