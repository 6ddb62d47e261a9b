using System.Text.Json;
using ModelZoo.Deberta;
using Training.Optimization;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

public sealed class DebertaWeightDecayTests
{
    [Fact]
    public void Decayed_parameters_of_the_model_are_those_of_the_hugging_face_trainer()
    {
        using var names = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("training", "weight_decay_names.json")));
        var expected = names.RootElement.EnumerateObject().First(entry => entry.Name.StartsWith("Deberta", StringComparison.Ordinal)).Value
            .EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetBoolean());
        using var generator = new Generator(0);
        using var model = new DebertaForSequenceClassification(DebertaConfig.Mini(100) with { NumHiddenLayers = 2 }, generator);
        var rule = new WeightDecayRule(model);

        var found = model.named_parameters().ToDictionary(entry => entry.name, entry => rule.AppliesTo(entry.name, entry.parameter));

        Assert.Equal(expected.OrderBy(entry => entry.Key), found.OrderBy(entry => entry.Key));
    }
}
