using SpectralAdapters.Functions;
using SpectralAdapters.Tests.Golden;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Functions;

/// <summary>The operations with a written backward against the same formulas left to autograd.</summary>
public sealed class FunctionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _generator = new(11);

    public void Dispose()
    {
        _generator.Dispose();
        _scope.Dispose();
    }

    public static TheoryData<int, int, int, int, bool> Shapes => new()
    {
        { 7, 5, 6, 2, true },
        { 1, 9, 4, 3, false },
        { 20, 3, 8, 1, true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Low_rank(int tokens, int m, int n, int rank, bool hasBias)
    {
        var (x, w, b) = (Trained(tokens, n), Random(m, n), hasBias ? Random(m) : null);
        var (up, down, scale) = (Trained(m, rank), Trained(rank, n), Trained(rank));
        Compare(
            [x, up, down, scale],
            () => LowRankFunction.Apply(x, w, b, null, given => new LoraFactors(given[0].mul(given[2]), given[1]), [up, down, scale]),
            () => nn.functional.linear(x, w, b).add(x.mm(down.t()).mm(up.mul(scale).t())));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Core(int tokens, int m, int n, int rank, bool hasBias)
    {
        var (x, w, b) = (Trained(tokens, n), Random(m, n), hasBias ? Random(m) : null);
        var (u, v, core) = (Random(m, rank), Random(n, rank), Trained(rank, rank));
        Compare(
            [x, core],
            () => CoreFunction.Apply(x, w, b, null, u, v, core.square()),
            () => nn.functional.linear(x, w, b).add(x.mm(v).mm(core.square().t()).mm(u.t())));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Dora(int tokens, int m, int n, int rank, bool hasBias)
    {
        var (x, w, b) = (Trained(tokens, n), Random(m, n), hasBias ? Random(m) : null);
        var (up, down, magnitude, norms) = (Trained(m, rank), Trained(rank, n), Trained(m), Random(m).abs().add(1));
        Compare(
            [x, up, down, magnitude],
            () => DoraFunction.Apply(x, w, b, null, norms, magnitude, given => new LoraFactors(given[0], given[1]), [up, down]),
            () =>
            {
                var product = x.mm(w.t()).add(x.mm(down.t()).mm(up.t())).mul(magnitude.div(norms)); // [T, m]
                return b is null ? product : product.add(b);
            });
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Svdiff(int tokens, int m, int n, int rank, bool hasBias)
    {
        var (x, b) = (Trained(tokens, n), hasBias ? Random(m) : null);
        var (u, v, values) = (Random(m, rank), Random(n, rank), Trained(rank));
        Compare(
            [x, values],
            () => SvdiffFunction.Apply(x, values.relu(), u, v, b),
            () => nn.functional.linear(x.mm(v).mul(values.relu()), u, b));
    }

    [Fact]
    public void Cayley_transform()
    {
        var parameters = Trained(3, 4, 4);
        Compare(
            [parameters],
            () => CayleyFunction.Apply(Cayley.Skew(parameters)),
            () => eye(4, dtype: ScalarType.Float64).sub(Cayley.Skew(parameters))
                .matmul(linalg.inv(eye(4, dtype: ScalarType.Float64).add(Cayley.Skew(parameters)))));
    }

    [Fact]
    public void Cayley_transform_in_bfloat16_is_the_float32_one_rounded()
    {
        var exact = Random(3, 4, 4).to_type(ScalarType.BFloat16).to_type(ScalarType.Float32).requires_grad_();
        var rounded = exact.detach().to_type(ScalarType.BFloat16).requires_grad_();
        var (expected, found) = (CayleyFunction.Apply(exact), CayleyFunction.Apply(rounded));
        expected.sum().backward();
        found.sum().backward();
        GoldenCheck.Same(expected.to_type(ScalarType.BFloat16), found, "value");
        GoldenCheck.Same(exact.grad!.to_type(ScalarType.BFloat16), rounded.grad!, "gradient");
    }

    [Fact]
    public void Rotated_core()
    {
        var (a, b, tuned, values) = (Trained(4, 4), Trained(4, 4), Trained(4), Random(4));
        Compare(
            [a, b, tuned],
            () => RotatedCoreFunction.Apply(a, b, tuned.square(), values),
            () => Cayley.Rotation(a).mul(tuned.square()).mm(Cayley.Rotation(b).t()).sub(diag(values)));
    }

    [Fact]
    public void Frozen_parameters_and_inputs_get_no_gradient()
    {
        var (x, w) = (Random(4, 6), Random(5, 6));
        var (up, down) = (Trained(5, 2), Trained(2, 6));
        down.requires_grad = false;
        Apply().sum().backward();
        Assert.Null(x.grad);
        Assert.Null(down.grad);
        GoldenCheck.Close(x.mm(down.t()).sum([0L], keepdim: true).expand(5, 2), up.grad!, (1e-12, 0), "up");

        up.requires_grad = false;
        Assert.False(Apply().requires_grad);
        x.requires_grad = true;
        Apply().sum().backward();
        GoldenCheck.Close(w.add(up.mm(down)).sum([0L], keepdim: true).expand(4, 6), x.grad!, (1e-12, 0), "x");

        Tensor Apply() => LowRankFunction.Apply(x, w, null, null, given => new LoraFactors(given[0], given[1]), [up, down]);
    }

    [Fact]
    public void Float32_parameters_over_a_bfloat16_base_get_float32_gradients()
    {
        var (x, w) = (Trained(4, 6).to_type(ScalarType.BFloat16), Random(5, 6).to_type(ScalarType.BFloat16));
        var (up, down) = (Single(5, 2), Single(2, 6));
        var y = LowRankFunction.Apply(x, w, null, null, given => new LoraFactors(given[0], given[1]), [up, down]);
        y.sum().backward();
        Assert.Equal((ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float32), (y.dtype, up.grad!.dtype, down.grad!.dtype));

        Parameter Single(params long[] shape) => new(Random(shape).to_type(ScalarType.Float32), requires_grad: true);
    }

    [Fact]
    public void A_call_leaves_no_tensor_but_its_output()
    {
        var (x, w, up, down) = (Trained(4, 6), Random(5, 6), Trained(5, 2), Trained(2, 6));
        var before = LiveTensors.Count();
        using var output = LowRankFunction.Apply(x, w, null, null, given => new LoraFactors(given[0], given[1]), [up, down]);
        Assert.Equal(before + 1, Tensor.TotalCount);
    }

    private void Compare(IReadOnlyList<Parameter> parameters, Func<Tensor> function, Func<Tensor> formula)
    {
        var expected = formula();
        var actual = function();
        GoldenCheck.Close(expected, actual, (1e-12, 0), "value");
        using (no_grad())
        {
            GoldenCheck.Same(actual, function(), "value without a graph");
        }

        var gradient = Random(expected.shape);
        var gradients = Gradients(expected);
        foreach (var (wanted, found) in gradients.Zip(Gradients(actual)))
        {
            GoldenCheck.Close(wanted, found, (1e-11, 1e-11), "gradient");
        }

        List<Tensor> Gradients(Tensor output)
        {
            output.backward([gradient]);
            var found = parameters.Select(parameter => parameter.grad!.clone()).ToList();
            foreach (var parameter in parameters)
            {
                parameter.grad = null;
            }

            return found;
        }
    }

    private Tensor Random(params long[] shape) => randn(shape, dtype: ScalarType.Float64, generator: _generator);

    private Parameter Trained(params long[] shape) => new(Random(shape), requires_grad: true);
}
