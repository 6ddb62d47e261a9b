using System.Diagnostics;
using SpectralAdapters.Checkpoints;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>What a saved adapter is worth elsewhere: nothing of the process that trained it may be needed.</summary>
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

        var start = new ProcessStartInfo("dotnet", [typeof(NewProcessTests).Assembly.Location, folder.File("adapter"), folder.File("output.safetensors")])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, errors);
        GoldenCheck.Same(model.call(AdaptedModelTests.Input()), SafetensorsFile.ReadAll(folder.File("output.safetensors"))["output"], method);
    }
}
