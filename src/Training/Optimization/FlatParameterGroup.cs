using SpectralAdapters;

namespace Training.Optimization;

/// <summary>Parameters in one flat buffer that share a learning rate and a weight decay.</summary>
/// <param name="Parameters">The parameters, packed.</param>
/// <param name="LearningRate">The rate that the schedule's factor multiplies.</param>
/// <param name="WeightDecay">The decoupled decay: each step multiplies the values by 1 - rate * decay.</param>
public sealed record FlatParameterGroup(FlatParameters Parameters, double LearningRate, double WeightDecay);
