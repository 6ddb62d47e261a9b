using SpectralAdapters;
using TorchSharp;
using TorchSharp.Modules;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training.Tests.Optimization;

public sealed class AdamWBitTests
{
    private static readonly string[] Names = ["large", "small", "zero"];

    [Theory]
    [InlineData("llama")]
    [InlineData("mistral")]
    [InlineData("large_lr")]
    public void Pure_bf16_equals_pytorch_to_the_bit(string run)
    {
        using var scope = NewDisposeScope();
        var fixture = Fixtures.Tensors("training", "adamw_bf16.safetensors");
        var setting = Fixtures.Json("training", "adamw_bf16.json").GetProperty(run);
        var rates = setting.GetProperty("lr_per_step").Doubles();
        var parameters = Names.Select(name => (name, new Parameter(fixture[$"{run}.step0.{name}"].to_type(ScalarType.BFloat16)))).ToList();
        using var flat = new FlatParameters(parameters);
        using var optimizer = new FlatAdamW([new FlatParameterGroup(flat, 1, setting.GetProperty("weight_decay").GetDouble())]);
        for (var step = 1; step <= rates.Length; step++)
        {
            foreach (var (name, view) in flat.Views(flat.Gradient))
            {
                view.copy_(fixture[$"{run}.grad.{name}"][step - 1]);
            }

            optimizer.Step(rates[step - 1]);
            if (step is 1 or 2 or 10 or 20)
            {
                AssertEqual(flat.Views(flat.Values), fixture, $"{run}.step{step}.");
            }
        }

        AssertEqual(optimizer.State(), fixture, $"{run}.final.");
        var changed = setting.GetProperty("fraction_of_entries_changed");
        foreach (var (name, parameter) in parameters)
        {
            var start = fixture[$"{run}.step0.{name}"];
            var moved = parameter.to_type(ScalarType.Float32).ne(start).to_type(ScalarType.Float32).mean().item<float>();
            Assert.Equal(changed.GetProperty(name).GetDouble(), moved, 1e-6);
        }
    }

    [Fact]
    public void A_quadratic_follows_pytorch()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixtures.Tensors("training", "adamw_quadratic.safetensors");
        using var flat = new FlatParameters([("x", new Parameter(fixture["step0"].clone()))]);
        using var optimizer = new FlatAdamW([new FlatParameterGroup(flat, 0.1, 0.1)]);
        var (values, gradient) = (flat.Views(flat.Values)["x"], flat.Views(flat.Gradient)["x"]);
        for (var step = 1; step <= 50; step++)
        {
            gradient.copy_(fixture["a"].matmul(values).sub(fixture["b"]));
            optimizer.Step(1);
            if (step is 1 or 2 or 10 or 50)
            {
                Assert.InRange(Fixtures.LargestDifference(values, fixture[$"step{step}"]), 0, 1e-6);
            }
        }
    }

    private static void AssertEqual(Dictionary<string, Tensor> found, Dictionary<string, Tensor> fixture, string prefix)
    {
        foreach (var (name, tensor) in found)
        {
            Assert.Equal(0, Fixtures.LargestDifference(tensor, fixture[prefix + name]));
        }
    }
}
