using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>What a method trains that adds nothing to the base model: all of it, or its modules to save.</summary>
internal sealed class TrainedBase
{
    private readonly nn.Module _model;
    private readonly IReadOnlyList<SavedTensor> _tensors;

    /// <param name="model">The model.</param>
    /// <param name="config">A method that trains the base model.</param>
    /// <exception cref="ArgumentException">The model has no module to save of a given name.</exception>
    public TrainedBase(nn.Module model, AdapterConfig config)
    {
        (_model, Config) = (model, config);
        _tensors = config.ModulesToSave.Count == 0
            ? [.. SavedTensor.Of(model)]
            : [.. AdapterSet.FindModules(model, config).SelectMany(module => SavedTensor.Of(model, module))];
    }

    /// <summary>The method and its settings.</summary>
    public AdapterConfig Config { get; }

    /// <summary>The trained parameters with their full names, and the persistent buffers beside them.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Tensors => _tensors.Select(saved => (saved.FullName, saved.Live));

    /// <summary>The trained parameters with their full names, in the model's order.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> Parameters =>
        _tensors.Where(saved => saved.IsParameter).Select(saved => (saved.FullName, (Parameter)saved.Live));

    /// <summary>Counts the trained parameters: modules to save stand apart from the rest.</summary>
    public ParameterCounts Count()
    {
        var (model, trained) = (_model.parameters().Sum(parameter => parameter.numel()), Parameters.Sum(pair => pair.Parameter.numel()));
        return Config.ModulesToSave.Count == 0 ? new ParameterCounts(trained, 0, model) : new ParameterCounts(0, trained, model);
    }
}
