using SpectralAdapters;

namespace Training.Optimization;

/// <summary>Parameters that share a learning rate and a weight decay.</summary>
/// <param name="Parameters">The parameters, packed.</param>
/// <param name="LearningRate">The rate that the schedule's factor multiplies.</param>
/// <param name="WeightDecay">The decoupled decay: each step multiplies the values with 1 - rate * decay.</param>
public sealed record ParameterGroup(FlatParameters Parameters, double LearningRate, double WeightDecay);
