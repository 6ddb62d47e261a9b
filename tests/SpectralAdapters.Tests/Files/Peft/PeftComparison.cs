using System.Text.Json.Nodes;
using SpectralAdapters.Files;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>Compares an adapter folder that we wrote with one that PEFT wrote.</summary>
internal static class PeftComparison
{
    // What only PEFT can know, or what is off; and the masks' positions, which are not in the tensors.
    private static readonly string[] NotOurs = ["peft_version", "rank_pattern"];

    /// <summary>Demands the same names in the same order, types, shapes and bytes.</summary>
    public static void SameTensors(string expectedFolder, string foundFolder)
    {
        using var scope = NewDisposeScope();
        using var expected = SafetensorsFile.Open(Path.Combine(expectedFolder, "adapter_model.safetensors"));
        using var found = SafetensorsFile.Open(Path.Combine(foundFolder, "adapter_model.safetensors"));
        Assert.Equal(expected.Names, found.Names);
        Assert.Equal("pt", found.Metadata["format"]);
        foreach (var name in expected.Names)
        {
            Assert.Equal(expected.Dtype(name), found.Dtype(name));
            Assert.Equal(expected.Shape(name), found.Shape(name));
            Assert.Equal(expected.Read(name).bytes.ToArray(), found.Read(name).bytes.ToArray());
        }
    }

    /// <summary>Demands that every setting that PEFT wrote is ours, or is off in PEFT's file.</summary>
    public static void SameSettings(string expectedFolder, string foundFolder)
    {
        var (expected, found) = (Settings(expectedFolder), Settings(foundFolder));
        foreach (var (key, value) in found)
        {
            Assert.True(expected.ContainsKey(key), $"PEFT has no key '{key}'");
            if (!NotOurs.Contains(key) && key != "modules_to_save")
            {
                Assert.True(Same(expected[key], value), $"{key}: {value?.ToJsonString()} where PEFT has {expected[key]?.ToJsonString()}");
            }
        }

        string[] inert = ["megatron_core", "qalora_group_size", "r"]; // AdaLoRA's own rank is init_r
        foreach (var (key, value) in expected.Where(pair =>
            !found.ContainsKey(pair.Key) && !NotOurs.Contains(pair.Key) && !inert.Contains(pair.Key)))
        {
            Assert.True(value is null || value.ToJsonString() is "false" or "{}", $"{key}: {value?.ToJsonString()} is missing");
        }

        Assert.Equal(Kept(expected), Kept(found));
    }

    private static JsonObject Settings(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!.AsObject();

    private static bool Same(JsonNode? expected, JsonNode? found) =>
        JsonNode.DeepEquals(expected, found)
        || (expected is JsonValue && found is JsonValue && expected.ToString() is var text && double.TryParse(text, out var number)
            && double.TryParse(found.ToString(), out var other) && number == other);

    // A rank pattern in LoRA's form, or the number of kept triplets in AdaLoRA's.
    private static Dictionary<string, int> Kept(JsonObject settings) =>
        (settings["rank_pattern"] as JsonObject ?? []).ToDictionary(
            pair => pair.Key,
            pair => pair.Value is JsonArray mask ? mask.Count(kept => kept!.GetValue<bool>()) : pair.Value!.GetValue<int>());
}
