
namespace Training;

/// <summary>An evaluation in the course of a run.</summary>
/// <param name="Step">How many optimiser steps had been taken.</param>
/// <param name="Result">What the model reached.</param>
public sealed record EvaluationPoint(int Step, EvaluationResult Result);
