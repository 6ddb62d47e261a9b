using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>Parameters that a model holds under several names (tied weights).</summary>
internal static class SharedWeights
{
    /// <summary>The full names of each parameter that has more than one.</summary>
    /// <param name="model">The model; a module under two names counts as two.</param>
    public static IReadOnlyDictionary<IntPtr, IReadOnlyList<string>> Of(nn.Module model) => model.named_modules()
        .Prepend((name: "", module: model))
        .SelectMany(pair => pair.module.named_parameters(false).Select(own =>
            (Name: pair.name.Length == 0 ? own.name : $"{pair.name}.{own.name}", own.parameter.Handle)))
        .GroupBy(own => own.Handle)
        .Where(group => group.Count() > 1)
        .ToDictionary(group => group.Key, group => (IReadOnlyList<string>)[.. group.Select(own => own.Name)]);
}
