namespace Reproduction;

/// <summary>The command line of an experiment.</summary>
public static class ReproductionHost
{
    /// <summary>Runs the command line; returns the exit code.</summary>
    public static int Run(string[] args, Experiment experiment) => throw new NotSupportedException($"{experiment.Id} {args.Length}");
}
