using SpectralAdapters;
using TorchSharp;
using static TorchSharp.torch;

namespace Training.Optimization;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) over flat parameter groups, in PyTorch's order of operations: bitwise equal to its plain
/// implementation in bf16, where every line rounds once.
/// </summary>
public sealed class FlatAdamW : IDisposable
{
    private const string MeanPrefix = "exp_avg.";
    private const string SquarePrefix = "exp_avg_sq.";

    // A step works through the buffers in blocks, so that its temporaries stay small: on the CPU within a core's cache.
    private const long CpuBlock = 1 << 16;
    private const long DeviceBlock = 1 << 24;

    private readonly IReadOnlyList<FlatParameterGroup> _groups;
    private readonly (Tensor Mean, Tensor Square, Tensor MeanWeight)[] _moments;
    private readonly List<Block> _blocks = [];
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;

    /// <param name="groups">The parameters; moments take their dtype, so that bf16 parameters are trained in pure bf16.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="epsilon">Added to the root of the second moment; above 0 in the parameters' dtype too.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public FlatAdamW(IReadOnlyList<FlatParameterGroup> groups, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        RequireDecay(beta1, nameof(beta1));
        RequireDecay(beta2, nameof(beta2));
        foreach (var type in groups.Select(group => group.Parameters.Values.dtype).Distinct())
        {
            RequireEpsilon(epsilon, type);
        }

        (_groups, _beta1, _beta2, _epsilon) = (groups, beta1, beta2, epsilon);
        _moments = [.. groups.Select(group => (Zeros(group), Zeros(group), MeanWeight(group)))];
        for (var i = 0; i < _groups.Count; i++)
        {
            AddBlocks(_groups[i], _moments[i]);
        }

        static Tensor Zeros(FlatParameterGroup group) => zeros_like(group.Parameters.Values).DetachFromDisposeScope();

        Tensor MeanWeight(FlatParameterGroup group) =>
            tensor(1 - _beta1, Wide(group.Parameters.Values.dtype), group.Parameters.Values.device).DetachFromDisposeScope(); // []
    }

    /// <summary>The number of steps taken.</summary>
    public int StepCount { get; private set; }

    /// <summary>Takes one step with the groups' gradients.</summary>
    /// <param name="learningRateFactor">The schedule's factor of this step.</param>
    public void Step(double learningRateFactor)
    {
        StepCount++;
        using var noGrad = no_grad();
        foreach (var block in _blocks)
        {
            using var scope = NewDisposeScope();
            Step(block, block.Group.LearningRate * learningRateFactor);
        }
    }

    /// <summary>
    /// The moments as views by the names <c>exp_avg.&lt;parameter&gt;</c> and <c>exp_avg_sq.&lt;parameter&gt;</c>; they
    /// belong to the caller's dispose scope.
    /// </summary>
    public Dictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>();
        for (var i = 0; i < _groups.Count; i++)
        {
            foreach (var (name, view) in _groups[i].Parameters.Views(_moments[i].Mean))
            {
                state.Add(MeanPrefix + name, view);
            }

            foreach (var (name, view) in _groups[i].Parameters.Views(_moments[i].Square))
            {
                state.Add(SquarePrefix + name, view);
            }
        }

        return state;
    }

    /// <summary>Resumes from a state whose moments were copied into <see cref="State"/>.</summary>
    /// <param name="stepCount">The number of steps that led to it.</param>
    public void ResumeFrom(int stepCount) => StepCount = stepCount;

    /// <inheritdoc/>
    public void Dispose()
    {
        _blocks.ForEach(block => block.Dispose());
        foreach (var (mean, square, meanWeight) in _moments)
        {
            mean.Dispose();
            square.Dispose();
            meanWeight.Dispose();
        }
    }

    // From 1 on, the corrections for the first steps divide by 0.
    private static void RequireDecay(double beta, string name)
    {
        if (beta is not (>= 0 and < 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"{name}: found {beta}, expected a number from 0 to below 1"));
        }
    }

    // A parameter that never had a gradient is divided by epsilon alone.
    private static void RequireEpsilon(double epsilon, ScalarType type)
    {
        using var scope = NewDisposeScope();
        if (!(epsilon > 0 && double.IsFinite(epsilon) && tensor(epsilon).to_type(type).to_type(ScalarType.Float64).item<double>() > 0))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{nameof(epsilon)}: found {epsilon}, expected a number that is not 0 in {type}, the type of the parameters, and finite"));
        }
    }

    // The dtype in which PyTorch's lerp computes.
    private static ScalarType Wide(ScalarType type) => type is ScalarType.BFloat16 or ScalarType.Float16 ? ScalarType.Float32 : type;

    private void AddBlocks(FlatParameterGroup group, (Tensor Mean, Tensor Square, Tensor MeanWeight) own)
    {
        var size = group.Parameters.Values.device_type == DeviceType.CPU ? CpuBlock : DeviceBlock;
        for (long start = 0; start < own.Mean.numel(); start += size)
        {
            var length = Math.Min(size, own.Mean.numel() - start);
            Tensor Part(Tensor buffer) => buffer.narrow(0, start, length).DetachFromDisposeScope();
            var (values, gradient) = (Part(group.Parameters.Values), Part(group.Parameters.Gradient));
            _blocks.Add(new Block(group, values, gradient, Part(own.Mean), Part(own.Square), own.MeanWeight));
        }
    }

    private void Step(Block block, double learningRate)
    {
        var (group, values, gradient, mean, square, meanWeight) = block;
        if (group.WeightDecay != 0)
        {
            values.mul_(1 - learningRate * group.WeightDecay);
        }

        // PyTorch gives lerp its weight as a number, exact in half precision too. TorchSharp's lerp takes a tensor and rounds it
        // to the dtype of the mean, hence the widening; in other dtypes the conversions and the copy do nothing.
        mean.copy_(mean.to_type(meanWeight.dtype).lerp_(gradient.to_type(meanWeight.dtype), meanWeight));
        square.mul_(_beta2).addcmul_(gradient, gradient, 1 - _beta2);
        var denominator = square.sqrt().div_(Math.Sqrt(1 - Math.Pow(_beta2, StepCount))).add_(_epsilon);
        values.addcdiv_(mean, denominator, -learningRate / (1 - Math.Pow(_beta1, StepCount)));
    }

    // The mean's weight belongs to all blocks of a group.
    private sealed record Block(FlatParameterGroup Group, Tensor Values, Tensor Gradient, Tensor Mean, Tensor Square, Tensor MeanWeight)
        : IDisposable
    {
        public void Dispose()
        {
            Values.Dispose();
            Gradient.Dispose();
            Mean.Dispose();
            Square.Dispose();
        }
    }
}
