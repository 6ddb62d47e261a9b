using System.Reflection;
using ModelZoo.Deberta;
using SpectralAdapters;
using SpectralExperiments.Tests.ModelZoo.Deberta;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo;

/// <summary>Every linear layer of the zoo can carry an adapter.</summary>
public sealed class LinearLayerTests
{
    [Fact]
    public void No_field_of_the_zoo_is_declared_as_the_sealed_Linear() => Assert.Empty(
        from type in typeof(DebertaModel).Assembly.GetTypes()
        where typeof(nn.Module).IsAssignableFrom(type)
        from field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where field.FieldType == typeof(Linear)
        select $"{type.Name}.{field.Name}");

    [Theory]
    [InlineData("dense", 7)]
    [InlineData("classifier", 1)]
    [InlineData("query_proj", 2)]
    public void Adapters_attach_to_every_layer_of_that_name(string name, int layers)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(0);
        using var model = DebertaModels.Create(seed: 1);
        model.eval();
        var (ids, mask) = DebertaModels.Batch(new Random(2), 6, 6, 4);
        var before = model.forward(ids, mask);

        var adapted = AdaptedModel.Attach(model, new LoraConfig { Rank = 2, TargetModules = TargetModules.Named(name) }, generator);

        Assert.Equal(2 * layers, adapted.NamedTrainableParameters().Count());
        Assert.Equal(TensorAssert.Values(before), TensorAssert.Values(model.forward(ids, mask)));
    }
}
