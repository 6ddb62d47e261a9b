using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>A linear layer of a model that is to get an adapter: an AdaptableLinear, or a Linear that can be replaced by one.</summary>
internal sealed class TargetLayer
{
    private readonly LayerSlot? _slot;
    private nn.Module _layer;

    private TargetLayer(string name, nn.Module layer, LayerSlot? slot)
    {
        Name = name;
        _layer = layer;
        _slot = slot;
    }

    /// <summary>The layer's full name in the model.</summary>
    public string Name { get; }

    /// <summary>The base weight, [m, n], also while an adapter is merged.</summary>
    public Tensor Weight => Current is AdaptableLinear adaptable ? adaptable.BaseWeight : ((Linear)_layer).weight!;

    // Another adapter of the same layer may have replaced it in the meantime.
    private nn.Module Current => _layer = _slot?.Layer ?? _layer;

    /// <summary>The base weight and, where the layer has one, the base bias, [m], by name, also while an adapter is merged.</summary>
    public IEnumerable<(string Name, Tensor Value)> BaseParameters() =>
        (Current is AdaptableLinear adaptable ? adaptable.BaseBias : ((Linear)_layer).bias) is { } bias
            ? [("weight", Weight), ("bias", bias)]
            : [("weight", Weight)];

    /// <summary>Finds the layers that a config adapts and checks that each can carry an adapter; changes nothing.</summary>
    /// <exception cref="ArgumentException">
    /// No layer matches, a target is no linear layer, a layer has two names or cannot be replaced, or its weight is not loaded.
    /// </exception>
    public static IReadOnlyList<TargetLayer> FindAll(nn.Module model, AdapterConfig config)
    {
        var targets = config.TargetModules ?? throw new ArgumentException($"{config.Method}: no target modules are given.");
        var modules = model.named_modules().ToDictionary(pair => pair.name, pair => pair.module);
        var linear = modules.Where(pair => pair.Value is AdaptableLinear or Linear).ToList();
        RequireLinear(modules, config);
        var found = linear.Where(pair => config.Adapts(pair.Key)).ToList();
        if (found.Count == 0)
        {
            throw new ArgumentException(
                $"No linear layer fits the target modules {targets}{Limits(config)}. {linear.Count} linear layers end in: " +
                string.Join(", ", linear.Select(pair => pair.Key[(pair.Key.LastIndexOf('.') + 1)..]).Distinct()) + ".");
        }

        var shared = linear.GroupBy(pair => pair.Value, ReferenceEqualityComparer.Instance)
            .FirstOrDefault(group => group.Count() > 1 && group.Any(pair => config.Adapts(pair.Key)));
        if (shared is not null)
        {
            throw new ArgumentException(
                $"{string.Join(" and ", shared.Select(pair => $"'{pair.Key}'"))} are one layer; an adapter needs a layer of one name.");
        }

        return [.. found.Select(pair => Create(pair.Key, pair.Value, Parent(model, modules, pair.Key)))];
    }

    /// <summary>The layer with a slot; a plain Linear is replaced in its parent by one over the same weight and bias.</summary>
    public AdaptableLinear Resolve()
    {
        if (Current is AdaptableLinear adaptable)
        {
            return adaptable;
        }

        var linear = (Linear)_layer;
        var replacement = new AdaptableLinear(linear.weight!, linear.bias);
        replacement.train(linear.training);
        _slot!.Replace(replacement);
        _layer = replacement;
        return replacement;
    }

    // A regular expression takes the linear layers among all that fit; a name means each module that has it.
    private static void RequireLinear(Dictionary<string, nn.Module> modules, AdapterConfig config)
    {
        var other = modules.FirstOrDefault(
            pair => pair.Value is Embedding && config.TargetModules!.Pattern is null && config.Adapts(pair.Key));
        if (other.Key is not null)
        {
            throw new ArgumentException($"{config.Method}: the target {other.Key} is an Embedding; only linear layers can be adapted.");
        }
    }

    private static string Limits(AdapterConfig config) =>
        (config.ExcludeModules is null ? "" : $", without {config.ExcludeModules}")
        + (config.LayersToTransform is null ? "" : $", in the layers {config.LayersToTransform}");

    private static TargetLayer Create(string name, nn.Module layer, nn.Module parent)
    {
        var target = new TargetLayer(name, layer, layer is Linear ? LayerSlot.Find(name, layer, parent) : null);
        RequireLoaded(name, target.Weight);
        return target;
    }

    private static nn.Module Parent(nn.Module model, Dictionary<string, nn.Module> modules, string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? model : modules[name[..dot]];
    }

    private static void RequireLoaded(string name, Tensor weight)
    {
        if (weight.device_type == TorchSharp.DeviceType.META)
        {
            throw new ArgumentException($"{name}: the weight is on the meta device; load the base weights before attaching an adapter.");
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var magnitude = weight.abs().max().to_type(ScalarType.Float64).item<double>();
        if (magnitude == 0 || !double.IsFinite(magnitude))
        {
            throw new ArgumentException(
                $"{name}: the weight is {(magnitude == 0 ? "zero" : "not finite")}; load the base weights before attaching an adapter.");
        }
    }
}
