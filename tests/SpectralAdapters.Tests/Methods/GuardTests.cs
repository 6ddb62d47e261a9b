using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using SpectralAdapters.Functions;
using SpectralAdapters.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Methods;

/// <summary>Special values of parameters and options: what vanishes, what is huge, what is no number, what is the smallest allowed.</summary>
public sealed class GuardTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<AdapterConfig, string> NoNumbers => new()
    {
        { new VeraConfig { InitialD = double.NaN }, "initial d" },
        { new VeraConfig { InitialD = double.PositiveInfinity }, "initial d" },
        { new OftConfig { Epsilon = double.NaN }, "eps" },
        { new OftConfig { Epsilon = double.PositiveInfinity }, "eps" },
        { new LoraConfig { Alpha = double.NaN }, "alpha" },
        { new LoraConfig { Dropout = double.NaN }, "dropout" },
        { new DoraConfig { AlphaPattern = new Dictionary<string, double> { ["a"] = double.PositiveInfinity } }, "alpha" },
        { new AdaLoraConfig { OrthogonalRegularization = double.NaN }, "orthogonal regularization" },
        { new AdaLoraConfig { ScaleRank = 0 }, "scale rank" },
        { new AdaLoraConfig { Allocation = new RankAllocation { TotalSteps = 9, Beta1 = double.NaN } }, "beta1" },
        { new AdaLoraConfig { Allocation = new RankAllocation { TotalSteps = 9, Beta2 = double.NaN } }, "beta2" },
        { new LidbConfig { Rank = 0 }, "rank" },
        { new LidbConfig { DownSize = 0 }, "down size" },
        { new OftConfig { BlockSize = 0 }, "block size" },
        { new OftConfig { NeumannTerms = -1 }, "Neumann terms" },
    };

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(NoNumbers))]
    public void An_option_that_is_no_number_or_below_its_range_is_refused(AdapterConfig config, string name) =>
        Assert.Contains(name, Assert.Throws<ArgumentException>(config.Validate).Message);

    [Theory]
    [InlineData(2, 1e8)]
    [InlineData(3, 1e4)]
    [InlineData(3, 1e8)]
    [InlineData(5, 1e6)]
    public void A_cayley_rotation_of_large_parameters_is_a_rotation(long side, double size)
    {
        var parameters = randn(4, side, side, generator: new Generator(1)).mul(size); // [4, s, s]
        var rotation = Cayley.Rotation(parameters); // [4, s, s]
        GoldenCheck.Close(eye(side).expand(4, side, side), rotation.transpose(1, 2).matmul(rotation), (1e-5, 0), "Q^T Q");
        var exact = Cayley.Rotation(parameters.to_type(ScalarType.Float64)); // [4, s, s]
        GoldenCheck.Close(exact, rotation, (1e-5, 0), "Q");
    }

    [Fact]
    public void A_rotation_that_cannot_be_computed_is_an_error_that_names_the_parameters()
    {
        var weight = randn(6, 6, generator: new Generator(1));
        using var adapter = Create(weight, new SpectralRConfig { Columns = ColumnSelection.Top(3) });
        using (no_grad())
        {
            adapter.get_parameter("A")!.copy_(randn(3, 3, generator: new Generator(2)).mul(1e25));
        }

        Assert.Contains("Cayley", Assert.Throws<InvalidOperationException>(() => adapter.MergedWeight(weight)).Message);
        Assert.Contains("Cayley", Assert.Throws<InvalidOperationException>(() => adapter.forward(randn(2, 6), weight, null)).Message);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void The_orthogonality_penalty_of_orthonormal_factors_has_a_finite_gradient(ScalarType type)
    {
        using var adapter = (AdaLoraAdapter)Create(randn(4, 4, dtype: type), new AdaLoraConfig { Rank = 2 });
        using (no_grad())
        {
            adapter.get_parameter("lora_A")!.copy_(eye(2, 4, dtype: type));
            adapter.get_parameter("lora_B")!.copy_(eye(4, 2, dtype: type));
        }

        var penalty = adapter.OrthogonalPenalty();
        Assert.Equal(0, penalty.to_type(ScalarType.Float64).item<double>());
        penalty.backward();
        Assert.Equal(0, adapter.get_parameter("lora_A")!.grad!.abs().max().to_type(ScalarType.Float64).item<double>());
        Assert.Equal(0, adapter.get_parameter("lora_B")!.grad!.abs().max().to_type(ScalarType.Float64).item<double>());
    }

    [Fact]
    public void Svdiff_over_a_weight_of_low_rank_has_finite_gradients()
    {
        var weight = randn(6, 1).mm(randn(1, 5)); // [6, 5]
        weight[3].zero_();
        using var adapter = Create(weight, new SvdiffConfig());
        var input = randn(4, 5).requires_grad_(); // [T, n]
        adapter.forward(input, weight, null).square().sum().backward();
        Assert.True(input.grad!.isfinite().all().item<bool>());
        Assert.True(adapter.get_parameter("delta")!.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public async Task A_block_size_above_the_inputs_is_adjusted_as_in_peft_and_counted()
    {
        var config = new OftConfig { BlockSize = 32, Adjust = true };
        var count = await Task.Run(() => config.ParameterCount(24, 16)).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(16 * 15 / 2, count);
        config.Validate("layer", 24, 16);
        using var adapter = config.Create(new AdapterSite("layer", randn(24, 16), new Generator(1), new ExactFactorSource()));
        Assert.Equal([1, 120], adapter.get_parameter("R")!.shape);
        Assert.Contains("32", Assert.Throws<ArgumentException>(() => new OftConfig().Validate("layer", 24, 16)).Message);
        Assert.Contains("32", Assert.Throws<ArgumentException>(() => new OftConfig().ParameterCount(24, 16)).Message);
    }

    private static Adapter Create(Tensor weight, AdapterConfig config) =>
        config.Create(new AdapterSite("layer", weight, new Generator(1), new ExactFactorSource()));
}
