namespace SpectralExperiments.Tests;

/// <summary>What a user reads on a machine without libtorch or without a compiler. Only the stand-in needs either.</summary>
public sealed class MissingLibraryTests
{
    [Fact]
    public void AWrongTorchRootIsNamed()
    {
        using var glue = new TinyGlue();
        var run = Run(glue, new() { ["TORCH_ROOT"] = glue.Data });
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("TORCH_ROOT", run.Output, StringComparison.Ordinal);
        Assert.Contains("lib/libtorch.so", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingCompilerIsNamedWithTheScriptAndThePackage()
    {
        using var glue = new TinyGlue();
        var run = Run(glue, new() { ["CXX"] = "no-such-compiler", ["XDG_CACHE_HOME"] = glue.Results });
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no-such-compiler", run.Output, StringComparison.Ordinal);
        Assert.Contains("run_tests.sh", run.Output, StringComparison.Ordinal);
        Assert.Contains("g++", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    private static ProgramRun Run(TinyGlue glue, Dictionary<string, string?> environment) =>
        ProgramRun.Of("DebertaGlue", environment, glue.Arguments("task=rte,method=lora"));
}
