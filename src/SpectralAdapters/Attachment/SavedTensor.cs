using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>
/// A parameter or persistent buffer of a module to save. It is looked up each time, because moving a module replaces its tensors.
/// </summary>
/// <param name="Model">The model.</param>
/// <param name="FullName">The tensor's full name in the model.</param>
/// <param name="IsParameter">Whether it is trained; buffers (running statistics) are kept and saved only.</param>
internal sealed record SavedTensor(nn.Module Model, string FullName, bool IsParameter)
{
    /// <summary>The tensor itself.</summary>
    public Tensor Live => IsParameter ? Model.get_parameter(FullName)! : Model.get_buffer(FullName)!;

    /// <summary>The parameters and persistent buffers of a module of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The module's full name; null for the model itself.</param>
    public static IEnumerable<SavedTensor> Of(nn.Module model, string? name = null)
    {
        var module = name is null ? model : model.named_modules().First(pair => pair.name == name).module;
        var prefix = name is null ? "" : $"{name}.";
        return module.named_parameters().Select(pair => new SavedTensor(model, prefix + pair.name, true))
            .Concat(module.named_buffers(true, false).Select(pair => new SavedTensor(model, prefix + pair.name, false)));
    }
}
