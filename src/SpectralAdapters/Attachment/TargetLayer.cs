using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>A linear layer of a model that is to get an adapter: an AdaptableLinear, or a Linear that can be replaced by one.</summary>
internal sealed class TargetLayer
{
    private readonly nn.Module _parent;
    private readonly FieldInfo? _field;
    private readonly Linear? _linear;
    private AdaptableLinear? _layer;

    private TargetLayer(string name, nn.Module module, nn.Module parent, FieldInfo? field)
    {
        Name = name;
        _parent = parent;
        _field = field;
        _linear = module as Linear;
        _layer = module as AdaptableLinear;
    }

    /// <summary>The layer's full name in the model.</summary>
    public string Name { get; }

    /// <summary>The base weight, [m, n], also while an adapter is merged.</summary>
    public Tensor Weight => _layer?.BaseWeight ?? _linear!.weight!;

    /// <summary>Finds the layers that a config adapts and checks that each can carry an adapter; changes nothing.</summary>
    /// <exception cref="ArgumentException">
    /// No layer matches, a target is no linear layer, a layer cannot be replaced, or its weight is not loaded.
    /// </exception>
    public static IReadOnlyList<TargetLayer> FindAll(nn.Module model, AdapterConfig config)
    {
        var targets = config.TargetModules ?? throw new ArgumentException($"{config.Method}: no target modules are given.");
        var modules = model.named_modules().ToDictionary(pair => pair.name, pair => pair.module);
        var linear = modules.Where(pair => pair.Value is AdaptableLinear or Linear).ToList();
        RequireLinear(modules, config);
        var found = linear.Where(pair => config.Adapts(pair.Key))
            .Select(pair => Create(pair.Key, pair.Value, Parent(model, modules, pair.Key)))
            .ToList();
        if (found.Count == 0)
        {
            throw new ArgumentException(
                $"No linear layer fits the target modules {targets}{Limits(config)}. {linear.Count} linear layers end in: " +
                string.Join(", ", linear.Select(pair => pair.Key[(pair.Key.LastIndexOf('.') + 1)..]).Distinct()) + ".");
        }

        return found;
    }

    /// <summary>The layer with a slot; a plain Linear is replaced in its parent by one over the same weight and bias.</summary>
    public AdaptableLinear Resolve()
    {
        if (_layer is null)
        {
            _layer = new AdaptableLinear(_linear!.weight!, _linear.bias);
            _layer.train(_linear.training);
            var component = Name[(Name.LastIndexOf('.') + 1)..];
            _field!.SetValue(_parent, _layer);
            _parent.register_module(component, null!);
            _parent.register_module(component, _layer);
        }

        return _layer;
    }

    // A regular expression takes the linear layers among all that fit; a name means each module that has it.
    private static void RequireLinear(Dictionary<string, nn.Module> modules, AdapterConfig config)
    {
        var other = modules.FirstOrDefault(pair => pair.Value is Embedding && config.TargetModules!.Pattern is null && config.Adapts(pair.Key));
        if (other.Key is not null)
        {
            throw new ArgumentException($"{config.Method}: the target {other.Key} is an Embedding; only linear layers can be adapted.");
        }
    }

    private static string Limits(AdapterConfig config) =>
        (config.ExcludeModules is null ? "" : $", without {config.ExcludeModules}")
        + (config.LayersToTransform is null ? "" : $", in the layers {config.LayersToTransform}");

    private static TargetLayer Create(string name, nn.Module module, nn.Module parent)
    {
        var field = module is Linear ? ReplaceableField(name, module, parent) : null;
        var layer = new TargetLayer(name, module, parent, field);
        RequireLoaded(name, layer.Weight);
        return layer;
    }

    private static nn.Module Parent(nn.Module model, Dictionary<string, nn.Module> modules, string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? model : modules[name[..dot]];
    }

    private static FieldInfo ReplaceableField(string name, nn.Module linear, nn.Module parent)
    {
        var field = Fields(parent.GetType()).FirstOrDefault(candidate => ReferenceEquals(candidate.GetValue(parent), linear))
            ?? throw new ArgumentException(
                $"{name} is a Linear that no field of {parent.GetType().Name} holds, so it cannot be replaced; "
                + "make it an AdaptableLinear.");
        return field.FieldType.IsAssignableFrom(typeof(AdaptableLinear))
            ? field
            : throw new ArgumentException(
                $"{name}: the field {parent.GetType().Name}.{field.Name} is declared as the sealed {field.FieldType.Name}; " +
                "declare it as Module<Tensor, Tensor> (or as AdaptableLinear) so that it can carry an adapter.");
    }

    private static IEnumerable<FieldInfo> Fields(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
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
