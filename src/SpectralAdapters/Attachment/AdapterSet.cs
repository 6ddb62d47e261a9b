using SpectralAdapters.Factors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>
/// One named adapter of a model: an <see cref="Adapter"/> for every target layer, and its own values of the modules to save.
/// </summary>
internal sealed class AdapterSet : IDisposable
{
    private readonly IReadOnlyList<SavedTensor> _savedTensors;
    private readonly List<Tensor> _moduleValues;
    private List<Tensor> _originalValues = [];

    private AdapterSet(
        AdapterConfig config,
        IReadOnlyList<TargetLayer> targets,
        IReadOnlyDictionary<string, Adapter> adapters,
        IReadOnlyList<SavedTensor> savedTensors)
    {
        Config = config;
        Targets = targets;
        Adapters = adapters;
        _savedTensors = savedTensors;
        _moduleValues = [.. savedTensors.Select(pair => Copy(pair.Live))];
    }

    public AdapterConfig Config { get; }

    public IReadOnlyList<TargetLayer> Targets { get; }

    /// <summary>The adapters by the layers' full names.</summary>
    public IReadOnlyDictionary<string, Adapter> Adapters { get; }

    /// <summary>Base weights that came with the adapter.</summary>
    public ReplacedWeights Replaced { get; } = new();

    /// <summary>Checks everything and creates the adapters; the model is not touched.</summary>
    /// <param name="model">The model.</param>
    /// <param name="config">The method.</param>
    /// <param name="generator">Source of the initial random values.</param>
    /// <param name="factors">Where singular factors come from.</param>
    /// <param name="isNew">Whether the adapters are to be trained first, so that the limits of new ones hold.</param>
    /// <param name="check">Called with each layer's name and settings before any adapter is made.</param>
    public static AdapterSet Create(
        nn.Module model,
        AdapterConfig config,
        Generator generator,
        ISingularFactorSource factors,
        bool isNew,
        Action<string, AdapterConfig>? check = null) =>
        Create(model, config, isNew, check, (target, targets) => config.ForLayer(target.Name)
            .Create(new AdapterSite(target.Name, target.Weight, generator, factors)
            {
                LargestOutFeatures = targets.Max(other => other.Weight.shape[0]),
                LargestInFeatures = targets.Max(other => other.Weight.shape[1]),
            }));

    /// <summary>As above, with the adapters made by the caller.</summary>
    public static AdapterSet Create(
        nn.Module model,
        AdapterConfig config,
        bool isNew,
        Action<string, AdapterConfig>? check,
        Func<TargetLayer, IReadOnlyList<TargetLayer>, Adapter> create)
    {
        config.Validate();
        config.ValidateSelection();
        var modules = FindModules(model, config);
        var targets = TargetLayer.FindAll(model, config);
        RequireApart(modules, targets);
        var saved = modules.SelectMany(module => SavedTensor.Of(model, module)).ToList();
        RequireOwn(model, saved);
        if (isNew)
        {
            RequireExclusion(model, config);
        }

        foreach (var target in targets)
        {
            var (own, m, n) = (config.ForLayer(target.Name), target.Weight.shape[0], target.Weight.shape[1]);
            if (isNew)
            {
                own.Validate(target.Name, m, n);
            }
            else
            {
                own.ValidateTrained(target.Name, m, n);
            }

            check?.Invoke(target.Name, own);
        }

        var adapters = new Dictionary<string, Adapter>();
        try
        {
            foreach (var target in targets)
            {
                adapters.Add(target.Name, create(target, targets));
            }
        }
        catch
        {
            foreach (var adapter in adapters.Values)
            {
                adapter.Dispose();
            }

            throw;
        }

        return new AdapterSet(config, targets, adapters, saved);
    }

    /// <summary>The adapters' trainable parameters by full name.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> AdapterParameters() =>
        from adapter in Adapters
        from parameter in adapter.Value.named_parameters()
        select ($"{adapter.Key}.{parameter.name}", parameter.parameter);

    /// <summary>The model's own parameters that are trained with this adapter.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> ModuleParameters() =>
        _savedTensors.Where(saved => saved.IsParameter).Select(saved => (saved.FullName, (Parameter)saved.Live));

    /// <summary>The full names of the tensors of the modules to save.</summary>
    public IEnumerable<string> SavedNames => _savedTensors.Select(saved => saved.FullName);

    /// <summary>The tensors of an adapter file: parameters and frozen factors of the adapters, and the modules to save.</summary>
    /// <param name="active">Whether the modules' values are those in the model now.</param>
    public IEnumerable<(string Name, Tensor Tensor)> SavedTensors(bool active)
    {
        var buffers = from adapter in Adapters
                      from buffer in adapter.Value.named_buffers()
                      select ($"{adapter.Key}.{buffer.name}", buffer.buffer);
        return AdapterParameters().Select(pair => (pair.Name, (Tensor)pair.Parameter)).Concat(buffers).Concat(ModuleTensors(active));
    }

    /// <summary>This adapter's values of the modules to save.</summary>
    /// <param name="active">Whether they are those in the model now.</param>
    public IEnumerable<(string Name, Tensor Tensor)> ModuleTensors(bool active) => active
        ? _savedTensors.Select(saved => (saved.FullName, saved.Live))
        : _savedTensors.Zip(_moduleValues, (saved, value) => (saved.FullName, value));

    /// <summary>Puts the adapters into the layers and this adapter's values into the modules to save, and makes both trainable.</summary>
    public void Activate()
    {
        foreach (var target in Targets)
        {
            var layer = target.Resolve();
            Replaced.Activate(target);
            layer.Attach(Adapters[target.Name]);
        }

        _originalValues = [.. _savedTensors.Select(pair => Copy(pair.Live))];
        using var noGrad = no_grad();
        foreach (var (saved, value) in _savedTensors.Zip(_moduleValues))
        {
            saved.Live.copy_(value);
            if (saved.IsParameter)
            {
                saved.Live.requires_grad = true;
            }
        }
    }

    /// <summary>Takes the adapters out of the layers again, keeps the modules' values and puts the model's own back.</summary>
    public void Deactivate()
    {
        foreach (var target in Targets)
        {
            target.Resolve().Detach();
            Replaced.Deactivate(target);
        }

        using var noGrad = no_grad();
        for (var i = 0; i < _savedTensors.Count; i++)
        {
            var live = _savedTensors[i].Live;
            _moduleValues[i].copy_(live);
            if (_savedTensors[i].IsParameter)
            {
                live.requires_grad = false;
            }

            live.copy_(_originalValues[i]);
            _originalValues[i].Dispose();
        }

        _originalValues = [];
    }

    /// <summary>
    /// Sets this adapter's values of the modules to save to the base model's, where the active adapter has replaced those.
    /// </summary>
    /// <param name="active">The adapter that is active now.</param>
    public void ResetModuleValues(AdapterSet active)
    {
        using var noGrad = no_grad();
        var originals = active._savedTensors.Zip(active._originalValues).ToDictionary(pair => pair.First.FullName, pair => pair.Second);
        foreach (var (saved, value) in _savedTensors.Zip(_moduleValues))
        {
            if (originals.TryGetValue(saved.FullName, out var original))
            {
                value.copy_(original);
            }
        }
    }

    public void Dispose()
    {
        foreach (var adapter in Adapters.Values)
        {
            adapter.Dispose();
        }

        Replaced.Dispose();
        _moduleValues.ForEach(value => value.Dispose());
        _originalValues.ForEach(value => value.Dispose());
    }

    private static Tensor Copy(Tensor value)
    {
        using var noGrad = no_grad();
        return value.detach().clone().DetachFromDisposeScope();
    }

    /// <summary>The outermost modules of the given names: what lies inside is saved with them.</summary>
    /// <exception cref="ArgumentException">A given name is that of no module.</exception>
    internal static List<string> FindModules(nn.Module model, AdapterConfig config)
    {
        var modules = model.named_modules().Select(pair => pair.name).ToList();
        var missing = config.ModulesToSave
            .Where(name => !modules.Exists(module => module.EndsWith(name, StringComparison.Ordinal))).ToList();
        if (missing.Count > 0)
        {
            throw new ArgumentException($"The model has no module to save named {string.Join(", ", missing)}.");
        }

        var found = modules.Where(config.Saves).ToList();
        return [.. found.Where(module => !found.Exists(outer => IsInside(module, outer)))];
    }

    /// <summary>Whether a module lies inside another one, by their full names.</summary>
    internal static bool IsInside(string name, string module) => name.StartsWith($"{module}.", StringComparison.Ordinal);

    private static void RequireApart(List<string> modules, IReadOnlyList<TargetLayer> targets)
    {
        foreach (var target in targets)
        {
            if (modules.Find(module => target.Name == module || IsInside(target.Name, module)) is { } module)
            {
                throw new ArgumentException(
                    $"The adapted layer '{target.Name}' is part of the module to save '{module}', whose own weights are trained; "
                    + "a layer can be one or the other.");
            }
        }
    }

    private static void RequireOwn(nn.Module model, List<SavedTensor> saved)
    {
        var shared = SharedWeights.Of(model);
        if (saved.Find(tensor => shared.ContainsKey(tensor.Live.Handle)) is { } tied)
        {
            throw new ArgumentException(
                $"{string.Join(" and ", shared[tied.Live.Handle])} are one parameter; training it as part of a module to save would "
                + "change what is frozen elsewhere.");
        }
    }

    private static void RequireExclusion(nn.Module model, AdapterConfig config)
    {
        if (config.ExcludeModules is { } excluded
            && !model.named_modules().Any(pair => excluded.Match(pair.name) && config.TargetModules!.Match(pair.name)))
        {
            throw new ArgumentException($"{config.Method}: the excluded modules {excluded} have no effect: no target fits them.");
        }
    }
}
