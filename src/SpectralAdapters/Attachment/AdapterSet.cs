using SpectralAdapters.Factors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>
/// One named adapter of a model: an <see cref="Adapter"/> for every target layer, and its own values of the modules to save.
/// </summary>
internal sealed class AdapterSet : IDisposable
{
    private readonly IReadOnlyList<SavedParameter> _moduleParameters;
    private readonly List<Tensor> _moduleValues;
    private List<Tensor> _originalValues = [];

    private AdapterSet(
        AdapterConfig config,
        IReadOnlyList<TargetLayer> targets,
        IReadOnlyDictionary<string, Adapter> adapters,
        IReadOnlyList<SavedParameter> moduleParameters)
    {
        Config = config;
        Targets = targets;
        Adapters = adapters;
        _moduleParameters = moduleParameters;
        _moduleValues = [.. moduleParameters.Select(pair => Copy(pair.Live))];
    }

    public AdapterConfig Config { get; }

    public IReadOnlyList<TargetLayer> Targets { get; }

    /// <summary>The adapters by the layers' full names.</summary>
    public IReadOnlyDictionary<string, Adapter> Adapters { get; }

    /// <summary>Checks everything and creates the adapters; the model is not touched.</summary>
    public static AdapterSet Create(nn.Module model, AdapterConfig config, Generator generator, ISingularFactorSource factors) =>
        Create(model, config, (target, targets) => config.ForLayer(target.Name)
            .Create(new AdapterSite(target.Name, target.Weight, generator, factors)
            {
                LargestOutFeatures = targets.Max(other => other.Weight.shape[0]),
                LargestInFeatures = targets.Max(other => other.Weight.shape[1]),
            }));

    /// <summary>As above, with the adapters made by the caller.</summary>
    public static AdapterSet Create(nn.Module model, AdapterConfig config, Func<TargetLayer, IReadOnlyList<TargetLayer>, Adapter> create)
    {
        config.Validate();
        var modules = FindModules(model, config.ModulesToSave);
        var targets = TargetLayer.FindAll(
            model, config.TargetModules ?? throw new ArgumentException($"{config.Method}: no target modules are given."));
        foreach (var target in targets)
        {
            config.ForLayer(target.Name).Validate(target.Name, target.Weight.shape[0], target.Weight.shape[1]);
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

        return new AdapterSet(config, targets, adapters, [.. from module in modules
                                                             from parameter in module.Module.named_parameters()
                                                             select new SavedParameter(module.Name, module.Module, parameter.name)]);
    }

    /// <summary>The adapters' trainable parameters by full name.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> AdapterParameters() =>
        from adapter in Adapters
        from parameter in adapter.Value.named_parameters()
        select ($"{adapter.Key}.{parameter.name}", parameter.parameter);

    /// <summary>The model's own parameters that are trained with this adapter.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> ModuleParameters() =>
        _moduleParameters.Select(saved => (saved.FullName, saved.Live));

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
        ? _moduleParameters.Select(saved => (saved.FullName, (Tensor)saved.Live))
        : _moduleParameters.Zip(_moduleValues, (saved, value) => (saved.FullName, value));

    /// <summary>Puts the adapters into the layers and this adapter's values into the modules to save, and makes both trainable.</summary>
    public void Activate()
    {
        foreach (var target in Targets)
        {
            target.Resolve().Attach(Adapters[target.Name]);
        }

        _originalValues = [.. _moduleParameters.Select(pair => Copy(pair.Live))];
        using var noGrad = no_grad();
        foreach (var (saved, value) in _moduleParameters.Zip(_moduleValues))
        {
            saved.Live.copy_(value);
            saved.Live.requires_grad = true;
        }
    }

    /// <summary>Takes the adapters out of the layers again, keeps the modules' values and puts the model's own back.</summary>
    public void Deactivate()
    {
        foreach (var target in Targets)
        {
            target.Resolve().Detach();
        }

        using var noGrad = no_grad();
        for (var i = 0; i < _moduleParameters.Count; i++)
        {
            var live = _moduleParameters[i].Live;
            _moduleValues[i].copy_(live);
            live.requires_grad = false;
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
        var originals = active._moduleParameters.Zip(active._originalValues).ToDictionary(pair => pair.First.FullName, pair => pair.Second);
        foreach (var (saved, value) in _moduleParameters.Zip(_moduleValues))
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

        _moduleValues.ForEach(value => value.Dispose());
        _originalValues.ForEach(value => value.Dispose());
    }

    private static Tensor Copy(Tensor value)
    {
        using var noGrad = no_grad();
        return value.detach().clone().DetachFromDisposeScope();
    }

    private static List<(string Name, nn.Module Module)> FindModules(nn.Module model, IReadOnlyList<string> names)
    {
        var modules = model.named_modules().ToList();
        var missing = names.Where(name => !modules.Any(pair => TargetModules.EndsIn(pair.name, name))).ToList();
        return missing.Count == 0
            ? [.. modules.Where(pair => names.Any(name => TargetModules.EndsIn(pair.name, name)))]
            : throw new ArgumentException($"The model has no module to save named {string.Join(", ", missing)}.");
    }
}
