using System.Text.Json.Nodes;
using SpectralAdapters.Files;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>Checkpoints with another content and the checksum that goes with it, as another version might write them.</summary>
internal static class CheckpointFile
{
    /// <summary>Replaces parts of a checkpoint.</summary>
    public static void Rewrite(string path, Action<JsonObject>? state = null, Action<Dictionary<string, Tensor>>? tensors = null)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> content;
        JsonObject header;
        using (var file = SafetensorsFile.Open(path))
        {
            content = file.ReadAll();
            header = JsonNode.Parse(file.Metadata["training_state"])!.AsObject();
        }

        state?.Invoke(header);
        tensors?.Invoke(content);
        var text = header.ToJsonString();
        SafetensorsWriter.Write(path, content, new Dictionary<string, string>
        {
            ["training_state"] = text,
            ["checksum"] = CheckpointChecksum.Of(text, content.Keys, name => content[name]),
        });
    }
}
