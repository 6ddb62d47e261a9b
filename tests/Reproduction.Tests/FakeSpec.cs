namespace Reproduction.Tests;

/// <summary>What decides the values of a fake trial.</summary>
internal sealed record FakeSpec(double LearningRate);
