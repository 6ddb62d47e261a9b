using SpectralExperiments.Tests;

namespace Reproduction.Tests.Machine;

/// <summary>The Slurm launcher on a real Slurm, which lives as long as the test.</summary>
public sealed class RealSlurmTests
{
    [MachineFact("[ $(id -u) = 0 ] && command -v slurmctld slurmd munged sbatch", "root and the Debian packages slurm-wlm and munge")]
    public void A_sweep_of_twelve_records_eleven_and_submits_the_failed_one_again()
    {
        var (code, output) = Shell.Run(Path.Combine(RepositoryPaths.Root, "tests", "slurm", "sweep.sh"), AppContext.BaseDirectory);

        Assert.True(code == 0, output);
        Assert.Contains("FAILED throwing r=8 t7 seed 0", output);
        Assert.Contains("11 of 12 recorded, 1 submitted again, 12 of 12 recorded", output);
    }
}
