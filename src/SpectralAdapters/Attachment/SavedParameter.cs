using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>A parameter of a module to save. It is looked up each time, because moving a module replaces its parameters.</summary>
/// <param name="ModuleName">The module's full name in the model.</param>
/// <param name="Module">The module.</param>
/// <param name="Name">The parameter's name in the module.</param>
internal sealed record SavedParameter(string ModuleName, nn.Module Module, string Name)
{
    /// <summary>The parameter's full name in the model.</summary>
    public string FullName => $"{ModuleName}.{Name}";

    /// <summary>The parameter itself.</summary>
    public Parameter Live => Module.get_parameter(Name)!;
}
