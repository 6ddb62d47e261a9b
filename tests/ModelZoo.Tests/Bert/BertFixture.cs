using System.Runtime.InteropServices;
using System.Text.Json;
using ModelZoo.Bert;
using ModelZoo.Packages;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Bert;

/// <summary>The files of tests/fixtures/minilm and the models that they were made with.</summary>
internal static class BertFixture
{
    public static JsonElement Json(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("minilm", name)));
        return document.RootElement.Clone();
    }

    /// <summary>A file of float32 numbers.</summary>
    public static Tensor Floats(string name, params long[] shape) => torch.tensor(
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(RepositoryPaths.Fixture("minilm", name))).ToArray()).view(shape);

    /// <summary>The numbers of an array, int64.</summary>
    public static Tensor Integers(JsonElement rows) => torch.tensor(
        rows.EnumerateArray().SelectMany(row => row.EnumerateArray().Select(value => value.GetInt64())).ToArray())
        .view(rows.GetArrayLength(), -1);

    public static double[] Doubles(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>A model from its package, in evaluation mode.</summary>
    public static BertForSequenceClassification Load(PackagedModel package, BertHead head)
    {
        using var generator = new Generator(0);
        using var checkpoint = BertCheckpoint.Open(PackagedModels.Folder(package), head);
        var model = BertForSequenceClassification.Load(checkpoint, generator);
        model.eval();
        return model;
    }
}
