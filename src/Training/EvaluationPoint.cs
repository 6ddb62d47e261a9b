namespace Training;

/// <summary>An evaluation in the course of a run.</summary>
/// <param name="Step">The number of optimiser steps taken before it.</param>
/// <param name="Result">Its result.</param>
public sealed record EvaluationPoint(int Step, EvaluationResult Result);
