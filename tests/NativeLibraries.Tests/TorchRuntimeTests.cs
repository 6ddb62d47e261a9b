using System.Diagnostics;
using System.Text.RegularExpressions;
using SpectralExperiments.Tests;

namespace NativeLibraries.Tests;

/// <summary>What a build says when it cannot get a libtorch: one line, before anything is restored.</summary>
public sealed class TorchRuntimeTests
{
    [Fact]
    public async Task An_unknown_runtime_is_named() =>
        Assert.Equal("TorchRuntime is 'rocm'; it takes cpu (the default) or cuda.", await Refusal("-p:TorchRuntime=rocm"));

    [Theory]
    [InlineData("linux-arm64")]
    [InlineData("osx-x64")]
    public async Task A_platform_without_libtorch_is_named(string platform) => Assert.Equal(
        $"libtorch has no cpu package for {platform}; TorchSharp 0.107.0 runs on linux-x64, win-x64, win-arm64, osx-arm64.",
        await Refusal($"-p:RuntimeIdentifier={platform}"));

    [Fact]
    public async Task Without_the_cuda_package_one_line_says_so()
    {
        using var folder = new TemporaryFolder();
        var configuration = folder.File("nuget.config");
        File.WriteAllText(
            configuration,
            $"""<configuration><packageSources><clear /><add key="empty" value="{folder.Root}" /></packageSources></configuration>""");
        Assert.Equal(
            "TorchRuntime=cuda needs TorchSharp-cuda-linux 0.107.0, which could not be restored from the configured package sources.",
            await Refusal("-p:RuntimeIdentifier=linux-x64", "-p:TorchRuntime=cuda", $"-p:RestoreConfigFile={configuration}"));
    }

    // The one error of a restore of two programs.
    private static async Task<string> Refusal(params string[] arguments)
    {
        using var artifacts = new TemporaryFolder();
        var project = Path.Combine(RepositoryPaths.Root, "tests", "Bench.Tests");
        var start = new ProcessStartInfo(
            "dotnet", ["restore", project, "-m:1", "-nr:false", $"-p:ArtifactsPath={artifacts.Root}", .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(1, process.ExitCode);
        // Nothing was restored but what the check itself asks for.
        var restored = Directory.GetFiles(artifacts.Root, "project.assets.json", SearchOption.AllDirectories);
        Assert.All(restored, file => Assert.Equal("Probe", Path.GetFileName(Path.GetDirectoryName(file))));
        return Assert.Single(Regex.Matches(output, "error *[A-Z0-9]*: (.*)")).Groups[1].Value.Trim();
    }
}
