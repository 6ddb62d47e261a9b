using ModelZoo.Deberta;
using SpectralExperiments.Tests.ModelZoo.Checkpoints;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

/// <summary>What an opened checkpoint says of its files.</summary>
public sealed class DebertaCheckpointTests
{
    [Fact]
    public void A_training_checkpoint_of_PyTorch_is_loaded_and_what_is_not_read_is_said()
    {
        using var folder = new DebertaFolder();
        var state = folder.Model.named_parameters().ToDictionary(
            entry => entry.name,
            entry => (object?)TorchArchive.Parameter(
                new TorchArchive.View("FloatStorage", entry.parameter.bytes.ToArray(), entry.parameter.numel(), entry.parameter.shape)));
        File.Delete(folder.File("model.safetensors"));
        var path = folder.File("pytorch_model.bin");
        TorchArchive.Write(path, new Dictionary<string, object?> { ["epoch"] = 3, ["state_dict"] = state });

        using var checkpoint = DebertaCheckpoint.Open(folder.Root);
        using var model = folder.Load();

        Assert.Equal([$"{path}: not read: epoch (an integer)."], checkpoint.Notes);
        Assert.All(
            folder.Model.named_parameters(),
            entry => Assert.Equal(entry.parameter.bytes.ToArray(), model.get_parameter(entry.name)!.bytes.ToArray()));
    }

    [Fact]
    public void A_weight_of_a_kind_that_is_not_read_is_named()
    {
        using var folder = new DebertaFolder();
        File.Delete(folder.File("model.safetensors"));
        var state = folder.Model.named_parameters().ToDictionary(
            entry => entry.name,
            entry => (object?)new TorchArchive.View(
                "FloatStorage", entry.parameter.bytes.ToArray(), entry.parameter.numel(), entry.parameter.shape));
        state["pooler.dense.weight"] = new TorchArchive.Call("torch._utils", "_rebuild_qtensor", 1);
        TorchArchive.Write(folder.File("pytorch_model.bin"), state);

        Assert.Contains("'pooler.dense.weight': found torch._utils._rebuild_qtensor, expected shape [24, 24]", folder.Refused());
    }
}
