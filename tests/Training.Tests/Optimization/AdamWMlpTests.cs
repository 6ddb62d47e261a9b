using SpectralAdapters;
using TorchSharp;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training.Tests.Optimization;

/// <summary>50 clipped steps of a small network against torch.optim.AdamW.</summary>
public sealed class AdamWMlpTests
{
    private const double LearningRate = 0.01;

    [Fact]
    public void Flat_steps_follow_pytorch()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixtures.Tensors("training", "adamw_mlp.safetensors");
        var expected = Fixtures.Json("training", "adamw_mlp.json");
        var (losses, norms) = (expected.GetProperty("loss").Doubles(), expected.GetProperty("grad_norm_before_clipping").Doubles());
        var model = new Mlp();
        model.Load(fixture, "step0.");
        var groups = Groups(model);
        using var optimizer = new FlatAdamW(groups);
        for (var step = 1; step <= 50; step++)
        {
            using var stepScope = NewDisposeScope();
            var (loss, norm) = Backward(model, groups, fixture["x"][(step - 1) % 5], fixture["y"][(step - 1) % 5]);
            if (step == 1)
            {
                var gradients = groups.SelectMany(group => group.Parameters.Views(group.Parameters.Gradient)).ToDictionary();
                AssertClose(gradients, fixture, "step1.clipped_grad.", 1e-6);
            }

            optimizer.Step(1);
            Assert.Equal(losses[step - 1], loss, 1e-5);
            Assert.Equal(norms[step - 1], norm, 1e-5);
            if (step is 1 or 2 or 10 or 50)
            {
                var parameters = model.Parameters().ToDictionary(pair => pair.Key, pair => (Tensor)pair.Value);
                AssertClose(parameters, fixture, $"step{step}.", step == 50 ? 5e-6 : 1e-6);
            }
        }
    }

    [Fact]
    public void A_flat_step_equals_steps_tensor_by_tensor_to_the_bit()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixtures.Tensors("training", "adamw_mlp.safetensors");
        var (flat, plain) = (new Mlp(), new Mlp());
        flat.Load(fixture, "step0.");
        plain.Load(fixture, "step0.");
        var groups = Groups(flat);
        using var optimizer = new FlatAdamW(groups);
        var reference = new PlainAdamW(plain, LearningRate, 0.1);
        for (var step = 1; step <= 10; step++)
        {
            using var stepScope = NewDisposeScope();
            var (x, y) = (fixture["x"][(step - 1) % 5], fixture["y"][(step - 1) % 5]);
            nn.functional.mse_loss(flat.forward(x), y).backward();
            groups.ForEach(group => group.Parameters.CollectGradients());
            optimizer.Step(1);

            nn.functional.mse_loss(plain.forward(x), y).backward();
            reference.Step();
            foreach (var (name, parameter) in flat.Parameters())
            {
                Assert.Equal(0, Fixtures.LargestDifference(parameter, plain.Parameters()[name]));
            }
        }
    }

    private static List<FlatParameterGroup> Groups(Mlp model)
    {
        var rule = new WeightDecayRule(model);
        return
        [
            .. model.named_parameters()
                .GroupBy(entry => rule.AppliesTo(entry.name, entry.parameter))
                .Select(group => new FlatParameterGroup(new FlatParameters(group), LearningRate, group.Key ? 0.1 : 0)),
        ];
    }

    private static (double Loss, double Norm) Backward(Mlp model, List<FlatParameterGroup> groups, Tensor x, Tensor y)
    {
        var loss = nn.functional.mse_loss(model.forward(x), y);
        loss.backward();
        groups.ForEach(group => group.Parameters.CollectGradients());
        var norm = GradientClipping.Norm(groups);
        GradientClipping.Clip(groups, norm, 1.0);
        return (loss.item<float>(), norm.item<float>());
    }

    private static void AssertClose(Dictionary<string, Tensor> found, Dictionary<string, Tensor> fixture, string prefix, double tolerance)
    {
        foreach (var (name, tensor) in found)
        {
            Assert.InRange(Fixtures.LargestDifference(tensor, fixture[prefix + name]), 0, tolerance);
        }
    }
}
