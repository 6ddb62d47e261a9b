using SpectralAdapters.Functions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

/// <summary>
/// What every golden case of an adapter layer must show: start, forward, gradients, merged weights, trajectory, LoRA form.
/// </summary>
internal static class GoldenCheck
{
    private const int TrajectorySteps = 20;

    /// <param name="golden">The case.</param>
    /// <param name="adapter">A fresh adapter of it.</param>
    /// <param name="names">The fixture's parameter names with ours; a leading ~ says that ours is the transpose.</param>
    /// <param name="startTolerance">How far the start may be from the base output; 0 demands the same bits.</param>
    public static void Run(GoldenCase golden, Adapter adapter, IReadOnlyDictionary<string, string> names, double startTolerance = 0)
    {
        using var scope = NewDisposeScope();
        adapter.train();
        Start(golden, adapter, names, startTolerance);
        Set(golden, adapter, names, "param");
        ForwardAndGradients(golden, adapter, names);
        MergedWeights(golden, adapter);
        LoraForm(golden, adapter);
        Trajectory(golden, adapter, names);
    }

    /// <summary>Writes a set of the case's values (<c>init</c> or <c>param</c>) into the adapter.</summary>
    public static void Set(GoldenCase golden, Adapter adapter, IReadOnlyDictionary<string, string> names, string set)
    {
        using var noGrad = no_grad();
        foreach (var name in golden.InputNames($"{set}."))
        {
            Own(adapter, names, name).copy_(Oriented(golden.Input($"{set}.{name}"), names, name));
        }
    }

    public static void Close(Tensor expected, Tensor actual, (double Absolute, double Relative) tolerance, string what)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        var wide = expected.detach().to_type(ScalarType.Float64);
        var error = actual.detach().to_type(ScalarType.Float64).sub(wide).abs().sub(wide.abs().mul(tolerance.Relative))
            .max().item<double>();
        Assert.True(error <= tolerance.Absolute, $"{what}: off by {error:E2} beyond the relative part, tolerance {tolerance.Absolute:E1}");
    }

    /// <summary>Demands equal values, element for element.</summary>
    public static void Same(Tensor expected, Tensor actual, string what)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.detach().eq(actual.detach()).all().item<bool>(), $"{what}: not the same values");
    }

    private static void Start(GoldenCase golden, Adapter adapter, IReadOnlyDictionary<string, string> names, double tolerance)
    {
        var (input, weight) = (golden.Base("x"), golden.Base("W"));
        if (!golden.HasResult("y_init"))
        {
            // The bare layer's own product: libtorch rounds a linear over three dimensions differently.
            var frozen = LowRankLinear.BaseForward(input, weight, golden.Bias, buffer: null); // [2, 5, m]
            Close(frozen, adapter.forward(input, weight, golden.Bias), (tolerance, 0), "y at the start");
        }

        Set(golden, adapter, names, "init");
        if (golden.HasResult("y_init"))
        {
            Close(golden.Result("y_init"), adapter.forward(input, weight, golden.Bias), golden.Tolerances.Output, "y_init");
        }
    }

    private static void ForwardAndGradients(GoldenCase golden, Adapter adapter, IReadOnlyDictionary<string, string> names)
    {
        var input = golden.Base("x").requires_grad_(); // [2, 5, n]
        var output = adapter.forward(input, golden.Base("W"), golden.Bias); // [2, 5, m]
        Close(golden.Result("y"), output, golden.Tolerances.Output, "y");
        output.mul(golden.Base("g")).sum().backward();
        Close(golden.Result("grad.x"), input.grad!, golden.Tolerances.Gradient, "grad.x");
        foreach (var name in golden.ResultNames("grad.").Where(name => name != "x"))
        {
            var gradient = Own(adapter, names, name).grad!;
            var expected = golden.Result($"grad.{name}");
            Close(expected, Oriented(gradient, names, name).reshape(expected.shape), golden.Tolerances.Gradient, $"grad.{name}");
        }
    }

    private static void MergedWeights(GoldenCase golden, Adapter adapter)
    {
        var weight = golden.Base("W");
        foreach (var strength in golden.ResultNames("merge."))
        {
            var expected = golden.Result($"merge.{strength}");
            var a = double.Parse(strength, System.Globalization.CultureInfo.InvariantCulture);
            Close(expected, adapter.MergedWeight(weight, a, MergeRule.Official), (golden.Tolerances.Merged, 0), $"merge.{strength}");
        }

        if (golden.HasResult("merged"))
        {
            Close(golden.Result("merged"), adapter.MergedWeight(weight), (golden.Tolerances.Merged, 0), "merged");
        }

        // Whatever the fixture stores, merging must equal running.
        adapter.eval();
        var input = golden.Base("x");
        var merged = nn.functional.linear(input, adapter.MergedWeight(weight), golden.Bias); // [2, 5, m]
        Close(merged, adapter.forward(input, weight, golden.Bias), golden.Tolerances.Output, "merged against forward");
        adapter.train();
    }

    private static void LoraForm(GoldenCase golden, Adapter adapter)
    {
        using var factors = adapter.ToLora();
        if (factors is not null)
        {
            var weight = golden.Base("W");
            var change = adapter.MergedWeight(weight).sub(weight); // [m, n]
            Close(change, factors.Up.mm(factors.Down), (golden.Tolerances.Merged, 0), "LoRA form");
        }

        if (golden.HasResult("lora_equivalent.up"))
        {
            Assert.NotNull(factors);
            var expected = golden.Result("lora_equivalent.up").mm(golden.Result("lora_equivalent.down")); // [m, n]
            Close(expected, factors.Up.mm(factors.Down), (golden.Tolerances.Merged, 0), "lora_equivalent");
            Assert.Equal(golden.Result("lora_equivalent.down").shape[0], factors.Rank);
        }
    }

    private static void Trajectory(GoldenCase golden, Adapter adapter, IReadOnlyDictionary<string, string> names)
    {
        if (!golden.HasResult("traj.loss"))
        {
            return;
        }

        Set(golden, adapter, names, "init");
        var (input, weight, target) = (golden.Base("x"), golden.Base("W"), golden.Base("target"));
        var optimizer = new ReferenceAdamW([.. adapter.parameters()], learningRate: 1e-2, weightDecay: 0.01);
        var losses = new List<double>();
        for (var step = 0; step <= TrajectorySteps; step++)
        {
            using var stepScope = NewDisposeScope();
            var loss = adapter.forward(input, weight, golden.Bias).sub(target).square().mean();
            losses.Add(loss.to_type(ScalarType.Float64).item<double>());
            if (step < TrajectorySteps)
            {
                adapter.zero_grad();
                loss.backward();
                optimizer.Step();
            }
        }

        var expected = golden.Result("traj.loss").to_type(ScalarType.Float64);
        using var found = tensor(losses.ToArray());
        Close(expected, found, (0, golden.Tolerances.TrajectoryLoss), "traj.loss");
        foreach (var name in golden.ResultNames("traj.final."))
        {
            var final = golden.Result($"traj.final.{name}");
            Close(final, Oriented(Own(adapter, names, name), names, name).reshape(final.shape), (golden.Tolerances.TrajectoryFinal, 0),
                $"traj.final.{name}");
        }
    }

    private static Parameter Own(Adapter adapter, IReadOnlyDictionary<string, string> names, string name)
    {
        var own = names[name].TrimStart('~');
        return adapter.named_parameters().Single(pair => pair.name == own).parameter;
    }

    private static Tensor Oriented(Tensor value, IReadOnlyDictionary<string, string> names, string name) =>
        names[name].StartsWith('~') ? value.t() : value;
}
