using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>PEFT 0.21's own files with options that interchange lacks: in with PEFT's logits, out with the same bytes.</summary>
public sealed class PeftOptionFixtureTests
{
    public static TheoryData<string> Adapters =>
        ["lora_exclude", "lora_layers_to_transform", "lora_lm_head", "lora_modules_to_save_norm"];

    [Theory]
    [MemberData(nameof(Adapters))]
    public void An_adapter_with_the_option_gives_pefts_logits(string name)
    {
        using var scope = NewDisposeScope();
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, Folder(name));
        using var expected = SafetensorsFile.Open(Path.Combine(Folder(name), "expected.safetensors"));
        GoldenCheck.Close(expected.Read("logits"), llama.call(TinyLlama.InputIds()), (1e-4, 0), "logits");
        adapted.Merge();
        GoldenCheck.Close(expected.Read("logits"), llama.call(TinyLlama.InputIds()), (1e-4, 0), "merged logits");
        adapted.Unmerge();
        adapted.Activate(null);
        using var untouched = TinyLlama.Load();
        GoldenCheck.Same(untouched.call(TinyLlama.InputIds()), llama.call(TinyLlama.InputIds()), "base logits");
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void An_adapter_with_the_option_is_written_back_byte_for_byte(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, Folder(name));
        PeftFiles.Save(adapted, folder.Root, new PeftFileOptions { BaseModel = "base", TaskType = "CAUSAL_LM" });
        PeftComparison.SameTensors(Folder(name), folder.Root);
        PeftComparison.SameSettings(Folder(name), folder.Root);
        foreach (var key in new[] { "modules_to_save", "exclude_modules", "layers_to_transform", "layers_pattern" })
        {
            Assert.Equal(DerivedFolder.Setting(Folder(name), key), DerivedFolder.Setting(folder.Root, key));
        }

        RequireSameLogits(llama, folder.Root, "PEFT's format");
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void An_adapter_with_the_option_is_kept_in_our_own_format(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        AdaptedModel.Load(llama, Folder(name)).Save(folder.Root);
        RequireSameLogits(llama, folder.Root, "our own format");
    }

    private static string Folder(string name) => RepositoryPaths.Fixture("adapters", "peft_options", name);

    private static void RequireSameLogits(TinyLlama llama, string folder, string what)
    {
        using var again = TinyLlama.Load();
        AdaptedModel.Load(again, folder);
        GoldenCheck.Same(llama.call(TinyLlama.InputIds()), again.call(TinyLlama.InputIds()), what);
    }
}
