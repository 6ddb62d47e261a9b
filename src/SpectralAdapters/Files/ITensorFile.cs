using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>A file of named tensors: what it holds is known before any tensor is read.</summary>
public interface ITensorFile : IDisposable
{
    /// <summary>The file's path, for messages.</summary>
    string Path { get; }

    /// <summary>The names of the tensors, in the order in which they lie in the file.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Whether the file holds a tensor of that name.</summary>
    bool Contains(string name);

    /// <summary>The shape of a tensor.</summary>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    IReadOnlyList<long> Shape(string name);

    /// <summary>The element type of a tensor.</summary>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    /// <exception cref="InvalidDataException">PyTorch has no such element type.</exception>
    ScalarType Dtype(string name);

    /// <summary>Reads a tensor into memory of its own, which outlives this file.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="device">The device of the tensor; the CPU by default.</param>
    /// <exception cref="KeyNotFoundException">The file has no tensor of that name.</exception>
    Tensor Read(string name, Device? device = null);
}
