using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Lifecycle;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files;

/// <summary>A folder holds a config and its tensors: a write that fails leaves both as they were.</summary>
public sealed class AdapterFolderWritingTests
{
    private const string ConfigName = "adapter_config.json";
    private const string TensorsName = "adapter_model.safetensors";

    public static TheoryData<string, string> Writers => new()
    {
        { "own", ConfigName }, { "own", TensorsName }, { "full", ConfigName }, { "full", TensorsName },
        { "peft", ConfigName }, { "peft", TensorsName }, { "export", ConfigName }, { "export", TensorsName },
    };

    [Theory]
    [MemberData(nameof(Writers))]
    public void Both_files_are_replaced_or_neither(string writer, string blocked)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new SmallModel();
        var adapted = Attached(model, writer);
        // A folder of the file's name cannot be replaced by a file.
        Directory.CreateDirectory(folder.File(blocked, "inside"));
        var other = blocked == ConfigName ? TensorsName : ConfigName;
        folder.Write(other, "old");
        var error = Record.Exception(() => Save(adapted, writer, folder.Root));
        Assert.True(error is IOException or UnauthorizedAccessException, $"{error}");
        Assert.Equal("old", File.ReadAllText(folder.File(other)));
        Assert.Equal(new[] { blocked, other }.Order(), Directory.GetFileSystemEntries(folder.Root).Select(Path.GetFileName).Order());
        File.Delete(folder.File(other));
        Assert.ThrowsAny<Exception>(() => Save(adapted, writer, folder.Root));
        Assert.False(File.Exists(folder.File(other)), "a half that was not there before");
    }

    [Theory]
    [InlineData("own")]
    [InlineData("peft")]
    public void A_second_write_replaces_both(string writer)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new SmallModel();
        var adapted = Attached(model, writer);
        Save(adapted, writer, folder.Root);
        AdaptedModelTests.Perturb(adapted, new Generator(9));
        var expected = model.call(AdaptedModelTests.Input());
        Save(adapted, writer, folder.Root);
        using var fresh = new SmallModel();
        AdaptedModel.Load(fresh, folder.Root);
        GoldenCheck.Same(expected, fresh.call(AdaptedModelTests.Input()), "second write");
        Assert.Equal([ConfigName, TensorsName], Directory.GetFileSystemEntries(folder.Root).Select(Path.GetFileName).Order());
    }

    private static AdaptedModel Attached(SmallModel model, string writer) => AdaptedModel.Attach(
        model,
        writer == "full" ? new FullConfig() : new LoraConfig { TargetModules = TargetModules.Named("up_proj"), Rank = 2 },
        new Generator(3));

    private static void Save(AdaptedModel adapted, string writer, string folder)
    {
        switch (writer)
        {
            case "peft":
                PeftFiles.Save(adapted, folder);
                break;
            case "export":
                PeftFiles.ExportLora(adapted, folder);
                break;
            default:
                adapted.Save(folder);
                break;
        }
    }
}
