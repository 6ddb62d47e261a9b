using ModelZoo.Deberta;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

/// <summary>Attention with its written backward against the same formula under autograd, in float64.</summary>
public sealed class DisentangledAttentionTests
{
    private const int Batch = 2;
    private const int Length = 5;
    private const int Heads = 3;
    private const int HeadSize = 4;
    private const double Scale = 0.4;
    private const double Tolerance = 1e-12;

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(Heads, false)]
    [InlineData(Heads, true)]
    public void Output_and_gradients_are_those_of_autograd(int group, bool isPadded)
    {
        using var scope = NewDisposeScope();
        var padding = isPadded ? Padding() : null;
        var arguments = Arguments();
        var weights = Normal(9, Batch, Length, Heads * HeadSize);

        var found = Apply(arguments, new(Heads, group, Scale, 0, padding));
        var expected = Composed(arguments, padding);
        var foundGradients = autograd.grad([found], arguments, [weights]);
        var expectedGradients = autograd.grad([expected], arguments, [weights]);

        AssertClose(expected, found);
        Assert.All(expectedGradients.Zip(foundGradients), pair => AssertClose(pair.First, pair.Second));
    }

    /// <summary>With the dropout's draws fixed, the output is a function whose slope can be measured.</summary>
    [Fact]
    public void Gradients_with_dropout_are_slopes()
    {
        const double step = 1e-5;
        using var scope = NewDisposeScope();
        var arguments = Arguments();
        var weights = Normal(9, Batch, Length, Heads * HeadSize);
        var directions = arguments.Select((argument, i) => Normal(20 + i, argument.shape)).ToList();

        var gradients = autograd.grad([Loss(0)], arguments);
        var expected = ((Loss(step) - Loss(-step)) / (2 * step)).item<double>();
        var found = gradients.Zip(directions, (gradient, direction) => gradient.mul(direction).sum().item<double>()).Sum();

        Assert.NotEqual(0, expected);
        Assert.Equal(expected, found, 1e-7 * Math.Abs(expected) + 1e-9);

        Tensor Loss(double distance)
        {
            manual_seed(3);
            Tensor[] moved = [.. arguments.Zip(directions, (argument, direction) => argument + (distance * direction))];
            return Apply(moved, new(Heads, 1, Scale, 0.3, Padding())).mul(weights).sum();
        }
    }

    [Fact]
    public void Only_arguments_that_need_a_gradient_get_one()
    {
        using var scope = NewDisposeScope();
        var arguments = Arguments();
        var weights = Normal(9, Batch, Length, Heads * HeadSize);
        var expected = autograd.grad([Composed(arguments, null)], arguments, [weights]);
        for (var i = 0; i < arguments.Length; i++)
        {
            Tensor[] single = [.. arguments.Select((argument, j) => i == j ? argument : argument.detach())];
            var found = autograd.grad([Apply(single, new(Heads, 1, Scale, 0, null))], [single[i]], [weights]);
            AssertClose(expected[i], found[0]);
        }
    }

    private static Tensor Apply(Tensor[] arguments, DisentangledAttentionOptions options) =>
        DisentangledAttention.Apply(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], options);

    private static Tensor Composed(Tensor[] arguments, PaddingMask? padding)
    {
        var (query, key, value) = (Split(arguments[0]), Split(arguments[1]), Split(arguments[2])); // [B, H, T, d] each
        var (relativeKey, relativeQuery) = (Rows(arguments[3]), Rows(arguments[4])); // [H, 2T, d] each
        var scores = new Tensor[Length, Length]; // [B, H] each
        for (var i = 0; i < Length; i++)
        {
            for (var j = 0; j < Length; j++)
            {
                var (q, k) = (query.select(2, i), key.select(2, j)); // [B, H, d] each
                scores[i, j] = ((q * k)
                    + (q * relativeKey.select(1, Length - 1 - i + j))
                    + (k * relativeQuery.select(1, Length - 1 + i - j))).sum(-1) * Scale;
            }
        }

        var all = stack(scores.Cast<Tensor>(), -1).view(Batch, Heads, Length, Length);
        all = padding is null ? all : all + padding.Keys.unsqueeze(1);
        var output = nn.functional.softmax(all, -1).matmul(value).transpose(1, 2).reshape(Batch, Length, Heads * HeadSize);
        return padding is null ? output : output * padding.Queries;
    }

    private static Tensor Split(Tensor all) => all.view(Batch, Length, Heads, HeadSize).transpose(1, 2);

    private static Tensor Rows(Tensor all) => all.view(2 * Length, Heads, HeadSize).transpose(0, 1);

    private static PaddingMask Padding() =>
        PaddingMask.Of(tensor(new long[,] { { 1, 1, 1, 1, 1 }, { 1, 1, 1, 0, 0 } }), ScalarType.Float64)!;

    private static Tensor[] Arguments() =>
    [
        .. Enumerable.Range(0, 3).Select(i => Normal(i, Batch, Length, Heads * HeadSize).requires_grad_()),
        .. Enumerable.Range(3, 2).Select(i => Normal(i, 2 * Length, Heads * HeadSize).requires_grad_()),
    ];

    private static Tensor Normal(int seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, ScalarType.Float64, generator: generator);
    }

    private static void AssertClose(Tensor expected, Tensor found) =>
        Assert.InRange((expected - found).abs().max().item<double>(), 0, Tolerance);
}
