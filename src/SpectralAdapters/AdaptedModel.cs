using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using SpectralAdapters.Files;
using SpectralAdapters.Files.Peft;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// A model with one or more named adapters, one of them active: everything is frozen but the active adapter and its modules to
/// save. With full fine-tuning everything is trained, with head-only the modules to save. The caller keeps ownership of
/// the model; calling it runs the active adapter.
/// </summary>
public sealed class AdaptedModel
{
    /// <summary>The name of an adapter that was given none.</summary>
    public const string DefaultName = "default";

    private readonly Dictionary<string, AdapterSet> _sets = [];
    private readonly TrainedBase? _base;
    private AdapterSet? _active;

    private AdaptedModel(nn.Module model, TrainedBase? trainedBase)
    {
        // Nothing may fail from here on: what was asked for has been checked.
        Model = model;
        _base = trainedBase;
        foreach (var parameter in model.parameters())
        {
            parameter.requires_grad = false;
        }

        foreach (var (_, parameter) in trainedBase?.Parameters ?? [])
        {
            parameter.requires_grad = true;
        }
    }

    /// <summary>The model.</summary>
    public nn.Module Model { get; }

    /// <summary>The active adapter's name; null while none is active and where there is none.</summary>
    public string? ActiveName { get; private set; }

    /// <summary>The adapters' names.</summary>
    public IReadOnlyCollection<string> Names => _sets.Keys;

    /// <summary>The active adapter's method and settings.</summary>
    /// <exception cref="InvalidOperationException">No adapter is active.</exception>
    public AdapterConfig Config => _base?.Config ?? Active.Config;

    /// <summary>The active adapter's layers by full name, in the model's order. Empty for full fine-tuning and head-only.</summary>
    public IReadOnlyDictionary<string, AdaptableLinear> Layers =>
        _active?.Targets.ToDictionary(target => target.Name, target => target.Resolve()) ?? [];

    internal AdapterSet Active => _active ?? throw new InvalidOperationException("No adapter is active.");

    /// <summary>Attaches a fresh adapter to every target layer, activates it and freezes the rest.</summary>
    /// <remarks>
    /// The output of an adapted layer may be changed in place. Its input is needed in the backward, as that of a trainable linear
    /// layer is: changed in place between forward and backward, it makes <c>backward()</c> throw. Gradients of gradients are not
    /// computed.
    /// </remarks>
    /// <param name="model">The model, its weights loaded.</param>
    /// <param name="config">The method.</param>
    /// <param name="generator">Source of the adapters' initial random values.</param>
    /// <param name="factors">Where singular factors come from; by default <see cref="RandomisedFactorSource"/>.</param>
    /// <param name="name">The adapter's name.</param>
    /// <exception cref="ArgumentException">
    /// A setting is out of range or does not fit a layer, no layer or module to save has a given name, or a weight is not loaded;
    /// the model is then as it was.
    /// </exception>
    /// <exception cref="InvalidOperationException">A layer of the model carries an adapter; the model stays as it is.</exception>
    public static AdaptedModel Attach(
        nn.Module model, AdapterConfig config, Generator generator, ISingularFactorSource? factors = null, string name = DefaultName)
    {
        RequireBare(model, null);
        if (config.TrainsBase)
        {
            config.Validate();
            return new AdaptedModel(model, new TrainedBase(model, config));
        }

        return Start(model, name, Create(model, config, generator, factors));
    }

    /// <summary>Attaches the adapter that a folder holds.</summary>
    /// <param name="model">The model that it was trained on, its weights loaded.</param>
    /// <param name="folder">What <see cref="Save"/> or PEFT wrote.</param>
    /// <param name="name">The adapter's name.</param>
    /// <param name="factors">
    /// For checkpoints of the official fork, which lack them: the singular factors that they were trained with.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// A file is damaged, does not match the model, or was trained on other base weights; the model is then unchanged.
    /// </exception>
    /// <exception cref="ArgumentException">Singular factors are given for a folder that needs none.</exception>
    /// <exception cref="InvalidOperationException">A layer of the model carries an adapter; the model stays as it is.</exception>
    public static AdaptedModel Load(nn.Module model, string folder, string name = DefaultName, ISingularFactorSource? factors = null)
    {
        RequireBare(model, null);
        if (PeftFolder.Holds(folder))
        {
            using var peft = PeftFolder.Open(folder, factors);
            return Start(model, name, peft.CreateSet(model));
        }

        using var file = OpenOwn(folder, factors);
        if (!file.Config.TrainsBase)
        {
            return Start(model, name, file.CreateSet(model));
        }

        var trained = file.CreateBase(model);
        file.CopyInto(trained.Tensors);
        return new AdaptedModel(model, trained);
    }

    /// <summary>Adds another adapter without activating it.</summary>
    /// <inheritdoc cref="Attach"/>
    /// <exception cref="InvalidOperationException">
    /// The name is taken, either method is full fine-tuning, a layer belongs to the active adapter's modules to save, or one of a module to
    /// save is merged.
    /// </exception>
    public void Add(string name, AdapterConfig config, Generator generator, ISingularFactorSource? factors = null)
    {
        RequireFree(name, config);
        RequireBaseWeights(config);
        var set = OverOwnWeights(() => Create(Model, config, generator, factors));
        if (_active is not null)
        {
            set.ResetModuleValues(_active);
        }

        _sets.Add(name, set);
    }

    /// <summary>Loads another adapter from a folder without activating it.</summary>
    /// <inheritdoc cref="Load"/>
    /// <exception cref="InvalidOperationException">
    /// The name is taken, either method is full fine-tuning, a layer belongs to the active adapter's modules to save, or one of a module to
    /// save is merged.
    /// </exception>
    public void Add(string name, string folder, ISingularFactorSource? factors = null)
    {
        if (PeftFolder.Holds(folder))
        {
            using var peft = PeftFolder.Open(folder, factors);
            RequireFree(name, peft.Config);
            RequireBaseWeights(peft.Config);
            _sets.Add(name, OverOwnWeights(() => peft.CreateSet(Model)));
            return;
        }

        using var file = OpenOwn(folder, factors);
        RequireFree(name, file.Config);
        RequireBaseWeights(file.Config);
        _sets.Add(name, OverOwnWeights(() => file.CreateSet(Model)));
    }

    /// <summary>
    /// Makes one adapter the active one, or none. The previous one keeps its values, including those of its modules to save.
    /// </summary>
    /// <param name="name">The adapter's name, or null for the bare model.</param>
    /// <exception cref="ArgumentException">There is no adapter of that name.</exception>
    /// <exception cref="InvalidOperationException">The model carries an adapter of another AdaptedModel; nothing changes.</exception>
    public void Activate(string? name)
    {
        var next = name is null ? null : Find(name);
        if (next is not null)
        {
            RequireBare(Model, _active);
        }

        _active?.Deactivate();
        _active = next;
        ActiveName = name;
        next?.Activate();
    }

    /// <summary>Adds the weighted sum of other adapters' changes as a new LoRA adapter of the summed rank, exactly.</summary>
    /// <param name="name">The new adapter's name.</param>
    /// <param name="parts">Names of adapters of the same layers, and their weights.</param>
    /// <exception cref="ArgumentException">
    /// An adapter is unknown, has no exact low rank, adapts other layers, has modules to save, or came with base weights that are not the
    /// model's, or a weight is not finite.
    /// </exception>
    public void Combine(string name, params IReadOnlyList<(string Name, double Weight)> parts)
    {
        var set = AdapterCombination.Create(Model, [.. parts.Select(part => (part.Name, Find(part.Name), part.Weight))]);
        RequireFree(name, set.Config);
        _sets.Add(name, set);
    }

    /// <summary>The trainable parameters with their full names: adapters first, then modules to save.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> NamedTrainableParameters() =>
        _base?.Parameters ?? Active.AdapterParameters().Concat(Active.ModuleParameters());

    /// <summary>The trainable parameters, in the order of <see cref="NamedTrainableParameters"/>.</summary>
    public IReadOnlyList<Parameter> TrainableParameters() => [.. NamedTrainableParameters().Select(pair => pair.Parameter)];

    /// <summary>Counts the trainable parameters.</summary>
    public ParameterCounts CountParameters()
    {
        if (_base is not null)
        {
            return _base.Count();
        }

        var model = Model.parameters().Sum(parameter => parameter.numel());
        var adapter = Active.AdapterParameters().Sum(pair => pair.Parameter.numel());
        return new ParameterCounts(adapter, Active.ModuleParameters().Sum(pair => pair.Parameter.numel()), model + adapter);
    }

    /// <summary>Writes the active adapter's merged weights into the model; the base weights are kept for <see cref="Unmerge"/>.</summary>
    /// <param name="strength">a; 1 gives the trained weights, 0 the base.</param>
    /// <param name="rule">How the weight is merged.</param>
    /// <exception cref="ArgumentException">The strength is not finite.</exception>
    /// <exception cref="InvalidOperationException">
    /// A weight is shared with another layer, which the merged weight would change too; nothing is merged.
    /// </exception>
    public void Merge(double strength = 1, MergeRule rule = MergeRule.Linear)
    {
        var shared = SharedWeights.Of(Model);
        foreach (var (name, layer) in Layers)
        {
            if (shared.TryGetValue(layer.Weight.Handle, out var names))
            {
                throw new InvalidOperationException(
                    $"{string.Join(" and ", names)} are one parameter; merging the adapter of {name} would change the others too.");
            }
        }

        foreach (var layer in Layers.Values)
        {
            layer.Merge(strength, rule);
        }
    }

    /// <summary>Restores the base weights, bit for bit.</summary>
    public void Unmerge()
    {
        foreach (var layer in Layers.Values)
        {
            layer.Unmerge();
        }
    }

    /// <summary>Removes and disposes all adapters. The model then computes what it did before; its parameters stay frozen.</summary>
    public void Detach()
    {
        Activate(null);
        foreach (var set in _sets.Values)
        {
            set.Dispose();
        }

        _sets.Clear();
    }

    /// <summary>Writes the active adapter: config, trained tensors, frozen factors, and the modules to save.</summary>
    /// <param name="folder">Created if it does not exist; its adapter files are replaced.</param>
    public void Save(string folder)
    {
        if (_base is not null)
        {
            AdapterFolder.Write(folder, _base);
        }
        else
        {
            AdapterFolder.Write(folder, Active);
        }
    }

    private static void RequireBare(nn.Module model, AdapterSet? own)
    {
        foreach (var (name, module) in model.named_modules())
        {
            if (module is AdaptableLinear { Adapter: { } adapter } && own?.Adapters.GetValueOrDefault(name) != adapter)
            {
                throw new InvalidOperationException(
                    $"The layer '{name}' already carries an adapter ({adapter.GetName()}); detach it, or add another to the same "
                    + "AdaptedModel.");
            }
        }
    }

    private static AdapterFolder OpenOwn(string folder, ISingularFactorSource? factors) => factors is null
        ? AdapterFolder.Open(folder)
        : throw new ArgumentException(
            $"{folder}: the adapter is stored with its singular factors; given ones have no effect.", nameof(factors));

    private static AdapterSet Create(nn.Module model, AdapterConfig config, Generator generator, ISingularFactorSource? factors)
    {
        var set = AdapterSet.Create(model, config, generator, factors ?? new RandomisedFactorSource(), isNew: true);
        try
        {
            config.ValidateEffect(set.Adapters.Keys);
        }
        catch
        {
            set.Dispose();
            throw;
        }

        return set;
    }

    private static AdaptedModel Start(nn.Module model, string name, AdapterSet set)
    {
        var adapted = new AdaptedModel(model, trainedBase: null);
        adapted._sets.Add(name, set);
        adapted.Activate(name);
        return adapted;
    }

    /// <summary>The adapters of a name.</summary>
    internal AdapterSet Find(string name) => _sets.TryGetValue(name, out var set)
        ? set
        : throw new ArgumentException($"There is no adapter '{name}'; there are {string.Join(", ", Names)}.");

    // Also while the active adapter has replaced base weights, another one is made over the model's own.
    private AdapterSet OverOwnWeights(Func<AdapterSet> create) =>
        _active is null ? create() : _active.Replaced.WithOriginals(_active.Targets, create);

    // A fresh adapter is computed from its layers' weights: they have to be the base's, not trained ones of a module to save.
    private void RequireBaseWeights(AdapterConfig config)
    {
        var trained = _active?.SavedNames.ToHashSet() ?? [];
        var layer = Model.named_modules().Select(pair => pair.name)
            .FirstOrDefault(name => config.Adapts(name) && trained.Contains($"{name}.weight"));
        if (layer is not null)
        {
            throw new InvalidOperationException(
                $"The layer '{layer}' belongs to the modules to save of the active adapter '{ActiveName}', whose trained weights are in "
                + "the model; activate none before adding an adapter of this layer.");
        }

        // Its own values of a module to save start from the model's, which are not the base's while they are merged.
        var saved = Model.named_modules().Select(pair => pair.name).Where(config.Saves).ToList();
        var merged = Layers.Where(pair => pair.Value.IsMerged).Select(pair => pair.Key)
            .FirstOrDefault(name => saved.Exists(module => name == module || AdapterSet.IsInside(name, module)));
        if (merged is not null)
        {
            throw new InvalidOperationException(
                $"The layer '{merged}' of a module to save holds the merged weight of the active adapter '{ActiveName}'; unmerge it before "
                + "adding an adapter.");
        }
    }

    private void RequireFree(string name, AdapterConfig config)
    {
        if (_base is not null || config.TrainsBase)
        {
            throw new InvalidOperationException(
                $"{(_base?.Config ?? config).Method}: changes the base model and cannot be combined with an adapter.");
        }

        if (_sets.ContainsKey(name))
        {
            throw new InvalidOperationException($"There is already an adapter '{name}'.");
        }
    }
}
