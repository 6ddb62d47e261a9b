using Experiments.Shared;

namespace SpectralExperiments.Tests;

/// <summary>What decides a fake trial.</summary>
internal sealed record FakeSpec(FineTuningSettings Training, LearningRateChoice? Sweep);
