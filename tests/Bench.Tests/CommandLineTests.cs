using System.Diagnostics;

namespace Bench.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--rounds: expected at least 1.", "deberta", "--rounds", "0")]
    [InlineData("--rounds: expected at least 1.", "layers", "--rounds", "-1")]
    [InlineData("--steps: expected at least 1.", "torch", "--steps", "0")]
    [InlineData("--rounds: expected at least 1.", "gemm", "--rounds", "0")]
    public async Task Bad_counts_are_refused(string message, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bench.dll"), .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        var output = process.StandardOutput.ReadToEndAsync();
        Assert.Contains(message, await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("ratio", await output, StringComparison.Ordinal);
        await process.WaitForExitAsync();
        Assert.NotEqual(0, process.ExitCode);
    }
}
