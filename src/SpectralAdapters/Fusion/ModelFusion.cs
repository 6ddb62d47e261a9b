using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>Fusion of several adapters of one model, layer by layer.</summary>
public static class ModelFusion
{
    /// <summary>The fused weights of every adapted layer. The model and its adapters stay as they are.</summary>
    /// <param name="model">
    /// A model with one adapter a concept (see <see cref="AdaptedModel.Add(string, string, ISingularFactorSource)"/>).
    /// </param>
    /// <param name="rule">Mean or sum.</param>
    /// <param name="concepts">The adapters' names and strengths.</param>
    /// <returns>Weights by the layers' full names, [m, n] each; the caller owns them.</returns>
    /// <exception cref="ArgumentException">
    /// An adapter is unknown or adapts other layers, or the concepts cannot be fused; the message names the layer.
    /// </exception>
    public static IReadOnlyDictionary<string, Tensor> Fuse(
        AdaptedModel model, FusionRule rule, params IReadOnlyList<(string Name, double Alpha)> concepts)
    {
        var sets = Sets(model, concepts.Select(concept => concept.Name));
        var fused = new Dictionary<string, Tensor>();
        foreach (var target in sets[0].Targets)
        {
            var parts = concepts.Zip(sets, (concept, set) => new FusionConcept(concept.Name, set.Adapters[target.Name], concept.Alpha));
            fused.Add(target.Name, At(target.Name, () => WeightFusion.Fuse(target.Weight, rule, [.. parts])));
        }

        return fused;
    }

    /// <summary>The interference of the adapters' changes in every adapted layer.</summary>
    /// <param name="model">A model with one adapter a concept.</param>
    /// <param name="concepts">The adapters' names.</param>
    /// <returns>Reports by the layers' full names.</returns>
    /// <exception cref="ArgumentException">An adapter is unknown, adapts other layers, or has no exact low rank.</exception>
    public static IReadOnlyDictionary<string, InterferenceReport> Interference(AdaptedModel model, params IReadOnlyList<string> concepts)
    {
        var sets = Sets(model, concepts);
        return sets[0].Targets.ToDictionary(target => target.Name, target => At(target.Name, () =>
            InterferenceReport.Of([.. concepts.Zip(sets, (name, set) => (name, set.Adapters[target.Name]))])));
    }

    /// <summary>Writes fused weights into a model as its base weights.</summary>
    /// <param name="model">The model, or a fresh copy of it, without an active adapter.</param>
    /// <param name="fused">What <see cref="Fuse"/> returned.</param>
    /// <exception cref="ArgumentException">A layer is missing or has another shape; nothing is then written.</exception>
    /// <exception cref="InvalidOperationException">A layer carries an adapter, whose base the fused weight is not.</exception>
    public static void Write(nn.Module model, IReadOnlyDictionary<string, Tensor> fused)
    {
        var modules = model.named_modules().ToDictionary(pair => pair.name, pair => pair.module);
        var weights = fused.ToDictionary(pair => pair.Key, pair => Weight(modules, pair.Key, pair.Value));
        using var noGrad = no_grad();
        foreach (var (layer, weight) in weights)
        {
            weight.copy_(fused[layer]);
        }
    }

    private static Tensor Weight(Dictionary<string, nn.Module> modules, string layer, Tensor fused)
    {
        var weight = modules.GetValueOrDefault(layer) switch
        {
            AdaptableLinear { Adapter: not null } => throw new InvalidOperationException(
                $"{layer} carries an adapter; deactivate it before the base weight is replaced."),
            AdaptableLinear adaptable => adaptable.Weight,
            TorchSharp.Modules.Linear linear => linear.weight!,
            _ => throw new ArgumentException($"The model has no linear layer '{layer}'."),
        };
        return weight.shape.SequenceEqual(fused.shape)
            ? weight
            : throw new ArgumentException(
                $"{layer}: the fused weight is [{string.Join(", ", fused.shape)}], the model's [{string.Join(", ", weight.shape)}].");
    }

    private static List<AdapterSet> Sets(AdaptedModel model, IEnumerable<string> names)
    {
        var sets = names.Select(name => (Name: name, Set: model.Find(name))).ToList();
        if (sets.Count == 0)
        {
            throw new ArgumentException("A fusion needs at least one adapter.");
        }

        var layers = sets[0].Set.Adapters.Keys.ToHashSet();
        var other = sets.FirstOrDefault(pair => !layers.SetEquals(pair.Set.Adapters.Keys));
        return other.Name is null
            ? [.. sets.Select(pair => pair.Set)]
            : throw new ArgumentException($"The adapters '{sets[0].Name}' and '{other.Name}' do not adapt the same layers.");
    }

    private static T At<T>(string layer, Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"{layer}: {exception.Message}", exception);
        }
    }
}
