namespace SpectralAdapters.Tests.Golden;

/// <summary>Absolute and relative tolerances of tests/fixtures/adapters/README.md, section 7.</summary>
internal sealed record GoldenTolerances(
    (double Absolute, double Relative) Output,
    (double Absolute, double Relative) Gradient,
    double Merged,
    double TrajectoryLoss,
    double TrajectoryFinal)
{
    public static GoldenTolerances Float32 { get; } = new((2e-5, 1e-5), (1e-4, 1e-5), 5e-6, 1e-5, 1e-3);

    public static GoldenTolerances Float64 { get; } = new((1e-12, 0), (1e-11, 0), 1e-13, 1e-11, 1e-9);
}
