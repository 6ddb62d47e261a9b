using System.Diagnostics;
using SpectralAdapters.Files;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>A saved adapter in another process: nothing of the process that trained it may be needed.</summary>
public sealed class NewProcessTests
{
    [Theory]
    [MemberData(nameof(AdaptedModelTests.Methods), MemberType = typeof(AdaptedModelTests))]
    public void A_saved_adapter_computes_the_same_bits_in_a_new_process(string method)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var model = new SmallModel();
        var adapted = AdaptedModelTests.Attach(model, method);
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        model.eval();
        adapted.Save(folder.File("adapter"));

        var (exitCode, errors) = Run(folder.File("adapter"), folder.File("output.safetensors"));

        Assert.True(exitCode == 0, errors);
        var output = SafetensorsFile.ReadAll(folder.File("output.safetensors"))["output"];
        GoldenCheck.Same(model.call(AdaptedModelTests.Input()), output, method);
    }

    [Theory]
    [InlineData("lora", "LowRankFunction")]
    [InlineData("dora", "DoraFunction")]
    public void An_uncaught_failure_in_a_backward_ends_the_process_with_the_name_of_the_function(string method, string function)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var model = new SmallModel();
        AdaptedModelTests.Attach(model, method).Save(folder.Root);

        var (exitCode, errors) = Run(folder.Root);

        Assert.NotEqual(0, exitCode);
        Assert.Matches($"^{function}: the backward failed: .* modified by an inplace operation: .*CPUFloatType", errors);
        Assert.Matches("Unhandled exception.*ExternalException.*Function CSharpNode returned an invalid gradient", errors);
    }

    private static (int ExitCode, string Errors) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(NewProcessTests).Assembly.Location, .. arguments])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
