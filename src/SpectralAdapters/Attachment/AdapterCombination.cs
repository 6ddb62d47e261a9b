using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>The weighted sum of low-rank changes, exact: factors are concatenated, nothing is decomposed.</summary>
internal static class AdapterCombination
{
    public static AdapterSet Create(nn.Module model, IReadOnlyList<(string Name, AdapterSet Set, double Weight)> parts)
    {
        if (parts.Count == 0)
        {
            throw new ArgumentException("A combination needs at least one adapter.");
        }

        var layers = parts[0].Set.Adapters.Keys.ToList();
        var other = parts.FirstOrDefault(part => !part.Set.Adapters.Keys.ToHashSet().SetEquals(layers));
        if (other.Name is not null)
        {
            throw new ArgumentException($"The adapters '{parts[0].Name}' and '{other.Name}' do not adapt the same layers.");
        }

        foreach (var (name, set, weight) in parts)
        {
            if (!double.IsFinite(weight))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"The weight of the adapter '{name}' is {weight}; a finite number is needed."));
            }

            if (set.SavedNames.FirstOrDefault() is { } saved)
            {
                throw new ArgumentException(
                    $"The adapter '{name}' has modules to save ({saved}), whose trained values a sum of low-rank changes cannot hold.");
            }

            if (set.Replaced.Values.Keys.Select(key => $"{key.Layer}.{key.Parameter}").FirstOrDefault() is { } replaced)
            {
                throw new ArgumentException(
                    $"The adapter '{name}' changes another base weight than the model's ({replaced}), which came with it; a sum of "
                    + "low-rank changes cannot hold that.");
            }
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var factors = layers.ToDictionary(layer => layer, layer => Sum(layer, parts));
        var biases = layers.ToDictionary(layer => layer, layer => BiasSum(layer, parts));
        var config = new LoraConfig
        {
            Bias = biases.Values.Any(bias => bias is not null),
            TargetModules = TargetModules.Matching(string.Join('|', layers.Select(Regex.Escape))), // no other layer of the same ending
            Rank = factors.Values.Max(sum => sum.Rank),
            Alpha = 1,
            Scaling = LoraScaling.Alpha,
            RankPattern = factors.ToDictionary(pair => LowRankConfig.KeyOf(pair.Key, layers), pair => pair.Value.Rank),
        };
        return AdapterSet.Create(model, config, isNew: false, check: null, (target, _) => new LoraAdapter(
            (LoraConfig)config.ForLayer(target.Name), factors[target.Name], biases[target.Name]));
    }

    private static Tensor? BiasSum(string layer, IReadOnlyList<(string Name, AdapterSet Set, double Weight)> parts)
    {
        var biases = parts.Select(part => part.Set.Adapters[layer].MergedBias(null, part.Weight)).OfType<Tensor>().ToList(); // [m] each
        return biases.Count == 0 ? null : stack(biases).sum([0]); // [m]
    }

    private static LoraFactors Sum(string layer, IReadOnlyList<(string Name, AdapterSet Set, double Weight)> parts)
    {
        var factors = parts.Select(part => part.Set.Adapters[layer].ToLora()
            ?? throw new ArgumentException($"The adapter '{part.Name}' ({part.Set.Config.Method}) has no exact low-rank form.")).ToList();
        var up = factors.Zip(parts, (factor, part) => factor.Up.mul(part.Weight)).ToList(); // [m, q] each
        return new LoraFactors(cat(up, 1), cat(factors.Select(factor => factor.Down).ToList(), 0));
    }
}
