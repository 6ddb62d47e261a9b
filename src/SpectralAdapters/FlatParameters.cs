using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// Trainable parameters packed into one flat buffer: each parameter becomes a view of <see cref="Values"/>, and their
/// gradients are collected in <see cref="Gradient"/>, so that clipping, stepping and copying all of them costs a handful
/// of native calls instead of a handful per tensor. Parameters that are not given are not touched.
/// </summary>
/// <remarks>
/// Pack after the model has its dtype and device: moving the model later takes its parameters out of the buffer.
/// Disposing releases the buffer's handles only; the parameters stay usable and keep the memory alive.
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    // Every parameter starts on a 128-byte line, as a tensor of its own would, so that packing changes no kernel's path.
    private const long AlignmentBytes = 128;

    private readonly IReadOnlyList<(string Name, Parameter Parameter, long Offset)> _entries;
    private readonly Tensor[] _gradientViews;

    /// <summary>Moves the parameters' values into a new flat buffer. Existing gradients are dropped.</summary>
    /// <param name="parameters">
    /// Leaf parameters with their names: at least one, all of one dtype on one device, each name and each tensor once.
    /// </param>
    /// <exception cref="ArgumentException">The parameters break one of these rules; the message names them.</exception>
    public FlatParameters(IEnumerable<(string name, Parameter parameter)> parameters)
    {
        var given = parameters.ToList();
        Validate(given);
        var (first, device) = (given[0].parameter, given[0].parameter.device);
        var alignment = AlignmentBytes / first.ElementSize;
        var placed = new List<(string, Parameter, long)>(given.Count);
        long end = 0;
        foreach (var (name, parameter) in given)
        {
            placed.Add((name, parameter, end));
            end = (end + parameter.numel() + alignment - 1) / alignment * alignment;
            Count += parameter.numel();
        }

        _entries = placed;
        Names = [.. given.Select(entry => entry.name)];
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Values = zeros(end, dtype: first.dtype, device: device).DetachFromDisposeScope(); // [P]
        Gradient = zeros(end, dtype: first.dtype, device: device).DetachFromDisposeScope(); // [P]
        _gradientViews = [.. _entries.Select(entry => View(Gradient, entry.Parameter, entry.Offset).DetachFromDisposeScope())];
        foreach (var (_, parameter, offset) in _entries)
        {
            var view = View(Values, parameter, offset);
            view.copy_(parameter);
            parameter.set_(view);
            parameter.grad = null;
        }
    }

    /// <summary>The parameters' names, in the order of the buffer.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of elements of all parameters; the buffers are a little longer, padded with zeros.</summary>
    public long Count { get; }

    /// <summary>The values of all parameters. [P]</summary>
    public Tensor Values { get; }

    /// <summary>The gradients of all parameters. [P]</summary>
    public Tensor Gradient { get; }

    /// <summary>
    /// Views of a buffer of the shape of <see cref="Values"/> (the values themselves, a copy, an optimiser's moments),
    /// one per parameter with its name and shape; they belong to the caller's dispose scope.
    /// </summary>
    /// <param name="buffer">The buffer. [P]</param>
    public Dictionary<string, Tensor> Views(Tensor buffer) =>
        _entries.ToDictionary(entry => entry.Name, entry => View(buffer, entry.Parameter, entry.Offset));

    /// <summary>
    /// Moves the gradients of a backward pass into <see cref="Gradient"/> and takes them off the parameters, so that the next
    /// pass starts from none.
    /// </summary>
    /// <remarks>
    /// One copy per step: letting every pass add into views of the buffer would cost its zeroing and a read besides.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// A parameter took no part in the loss. PyTorch's optimisers skip such a parameter, while a flat step would decay
    /// it, so it has to be frozen or left out.
    /// </exception>
    public void CollectGradients()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var gradients = _entries.Select(entry => entry.Parameter.grad).ToList();
        if (gradients.Contains(null))
        {
            ThrowUnused(gradients);
        }

        for (var i = 0; i < gradients.Count; i++)
        {
            _gradientViews[i].copy_(gradients[i]!);
            _entries[i].Parameter.grad = null;
        }
    }

    /// <summary>
    /// Makes every parameter's grad its part of <see cref="Gradient"/>, as it is now: for whoever reads gradients from the
    /// parameters. <see cref="HideGradients"/> has to follow before the next backward pass, which would add to them.
    /// </summary>
    public void ShowGradients()
    {
        for (var i = 0; i < _gradientViews.Length; i++)
        {
            _entries[i].Parameter.grad = _gradientViews[i];
        }
    }

    /// <summary>Takes the gradients off the parameters; <see cref="Gradient"/> stays.</summary>
    public void HideGradients()
    {
        foreach (var (_, parameter, _) in _entries)
        {
            parameter.grad = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Values.Dispose();
        Gradient.Dispose();
        foreach (var view in _gradientViews)
        {
            view.Dispose();
        }
    }

    private void ThrowUnused(List<Tensor?> gradients)
    {
        var unused = _entries.Where((_, i) => gradients[i] is null).Select(entry => entry.Name).ToList();
        throw new InvalidOperationException(
            $"{unused.Count} of {_entries.Count} trainable parameters take no part in the loss: {string.Join(", ", unused.Take(5))}; "
            + "freeze them (requires_grad = false) or leave them out.");
    }

    private static Tensor View(Tensor buffer, Parameter parameter, long offset) =>
        buffer.narrow(0, offset, parameter.numel()).view(parameter.shape);

    private static void Validate(List<(string name, Parameter parameter)> given)
    {
        if (given.Count == 0)
        {
            throw new ArgumentException("No trainable parameters are given; at least one is needed.", nameof(given));
        }

        var seen = new Dictionary<IntPtr, string>();
        var (dtype, device) = (given[0].parameter.dtype, given[0].parameter.device.ToString());
        foreach (var (name, parameter) in given)
        {
            if (!seen.TryAdd(parameter.Handle, name))
            {
                throw new ArgumentException($"'{name}' is the same tensor as '{seen[parameter.Handle]}', expected each parameter once.");
            }

            if (parameter.dtype != dtype || parameter.device.ToString() != device)
            {
                throw new ArgumentException(
                    $"'{name}' is {parameter.dtype} on {parameter.device}, expected {dtype} on {device} as '{given[0].name}'.");
            }
        }

        if (given.GroupBy(entry => entry.name).FirstOrDefault(group => group.Count() > 1) is { } repeated)
        {
            throw new ArgumentException($"The name '{repeated.Key}' is given {repeated.Count()} times, expected each name once.");
        }
    }
}
