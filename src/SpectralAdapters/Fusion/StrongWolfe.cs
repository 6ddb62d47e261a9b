namespace SpectralAdapters.Fusion;

/// <summary>
/// The line search of PyTorch's L-BFGS: brackets a step that satisfies the strong Wolfe conditions, then narrows the bracket by
/// cubic interpolation (Nocedal and Wright, Numerical Optimization, algorithms 3.5 and 3.6). Same constants and same order of
/// tests as torch.optim.lbfgs, so that the evaluated steps are the same.
/// </summary>
internal static class StrongWolfe
{
    private const double SufficientDecrease = 1e-4;
    private const double Curvature = 0.9;
    private const int MostRefinements = 25;
    private const double SmallestMove = 1e-9;

    /// <summary>Searches along a direction of descent.</summary>
    /// <param name="start">The point at step 0.</param>
    /// <param name="step">The first step to try.</param>
    /// <param name="directionSize">The largest magnitude in the direction; a bracket that moves no entry by 1e-9 is not narrowed.</param>
    /// <param name="evaluate">The point at a step.</param>
    /// <param name="evaluationsLeft">
    /// After how many steps the search takes the best one so far; 25 at most, and one step is always tried.
    /// </param>
    /// <returns>The accepted point, and how many steps were evaluated.</returns>
    public static (LineSearchPoint Point, int Evaluations) Search(
        LineSearchPoint start, double step, double directionSize, Func<double, LineSearchPoint> evaluate, int evaluationsLeft)
    {
        var refinements = Math.Min(MostRefinements, evaluationsLeft);
        var previous = start;
        var current = evaluate(step);
        var evaluations = 1;
        while (evaluations <= refinements)
        {
            if (TooHigh(start, current) || (evaluations > 2 && current.Loss >= previous.Loss))
            {
                return Narrow(start, [previous, current], directionSize, evaluate, evaluations, refinements);
            }

            if (FlatEnough(start, current))
            {
                return (current, evaluations);
            }

            if (current.Slope >= 0)
            {
                return Narrow(start, [previous, current], directionSize, evaluate, evaluations, refinements);
            }

            var shortest = current.Step + (0.01 * (current.Step - previous.Step));
            var next = CubicMinimum(previous, current, shortest, current.Step * 10);
            previous = current;
            current = evaluate(next);
            evaluations++;
        }

        return (current.Loss < start.Loss ? current : start, evaluations);
    }

    private static (LineSearchPoint Point, int Evaluations) Narrow(
        LineSearchPoint start,
        LineSearchPoint[] bracket,
        double directionSize,
        Func<double, LineSearchPoint> evaluate,
        int evaluations,
        int refinements)
    {
        var low = Lower(bracket);
        var wasNearEdge = false;
        while (evaluations <= refinements && Math.Abs(bracket[1].Step - bracket[0].Step) * directionSize >= SmallestMove)
        {
            var shortest = Math.Min(bracket[0].Step, bracket[1].Step);
            var longest = Math.Max(bracket[0].Step, bracket[1].Step);
            var step = CubicMinimum(bracket[0], bracket[1], shortest, longest);

            // A minimum near the same edge twice, or at the edge, narrows the bracket too little: then a tenth is taken off.
            var margin = 0.1 * (longest - shortest);
            var nearEdge = Math.Min(longest - step, step - shortest) < margin;
            if (nearEdge && (wasNearEdge || step >= longest || step <= shortest))
            {
                step = Math.Abs(step - longest) < Math.Abs(step - shortest) ? longest - margin : shortest + margin;
                nearEdge = false;
            }

            wasNearEdge = nearEdge;
            var point = evaluate(step);
            evaluations++;
            if (TooHigh(start, point) || point.Loss >= bracket[low].Loss)
            {
                bracket[1 - low] = point;
                low = Lower(bracket);
                continue;
            }

            if (FlatEnough(start, point))
            {
                return (point, evaluations);
            }

            if (point.Slope * (bracket[1 - low].Step - bracket[low].Step) >= 0)
            {
                bracket[1 - low] = bracket[low];
            }

            bracket[low] = point;
        }

        return (bracket[low], evaluations);
    }

    private static bool TooHigh(LineSearchPoint start, LineSearchPoint point) =>
        !(point.Loss <= start.Loss + (SufficientDecrease * point.Step * start.Slope)); // NaN is too high

    private static bool FlatEnough(LineSearchPoint start, LineSearchPoint point) =>
        Math.Abs(point.Slope) <= -Curvature * start.Slope;

    private static int Lower(LineSearchPoint[] bracket) => bracket[1].Loss < bracket[0].Loss || double.IsNaN(bracket[0].Loss) ? 1 : 0;

    // The minimum of the cubic through both losses and slopes, kept within bounds; the middle where the cubic has none.
    private static double CubicMinimum(LineSearchPoint first, LineSearchPoint second, double shortest, double longest)
    {
        var (left, right) = first.Step <= second.Step ? (first, second) : (second, first);
        var d1 = first.Slope + second.Slope - (3 * (first.Loss - second.Loss) / (first.Step - second.Step));
        var square = (d1 * d1) - (first.Slope * second.Slope);
        if (!(square >= 0 && double.IsFinite(square)))
        {
            return (shortest + longest) / 2;
        }

        var d2 = Math.Sqrt(square);
        var share = (right.Slope + d2 - d1) / (right.Slope - left.Slope + (2 * d2));
        return Math.Min(Math.Max(right.Step - ((right.Step - left.Step) * share), shortest), longest);
    }
}
