using TorchSharp.Modules;

namespace Training;

/// <summary>Parameters to train with a learning rate and a weight decay of their own, as in PyTorch's optimisers.</summary>
/// <param name="Parameters">The parameters with their state-dict names.</param>
/// <param name="Name">The group's name in messages.</param>
public sealed record ParameterGroup(IEnumerable<(string Name, Parameter Parameter)> Parameters, string Name = "default")
{
    /// <summary>
    /// The peak learning rate, above 0; null for <see cref="TrainingConfig.LearningRate"/>. Every group follows the same schedule.
    /// </summary>
    public double? LearningRate { get; init; }

    /// <summary>
    /// The decoupled weight decay of every parameter in the group, from 0 to below 1; null for
    /// <see cref="TrainingConfig.WeightDecay"/>, which leaves out biases and normalisation layers.
    /// </summary>
    public double? WeightDecay { get; init; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names the group and the setting.</exception>
    internal void Validate()
    {
        Require(
            LearningRate is null or (> 0 and < double.PositiveInfinity), nameof(LearningRate), LearningRate, "a number above 0, or none");
        Require(WeightDecay is null or (>= 0 and < 1), nameof(WeightDecay), WeightDecay, "a number from 0 to below 1, or none");
    }

    private void Require(bool holds, string setting, double? found, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"parameter group '{Name}': {setting}: found {found}, expected {expected}"));
        }
    }
}
