using SpectralAdapters.Files;
using static TorchSharp.torch;

namespace SpectralAdapters.Factors;

/// <summary>
/// Singular factors computed elsewhere, from a safetensors file with <c>&lt;layer&gt;.U</c> [m, r], <c>&lt;layer&gt;.S</c> [r] and
/// <c>&lt;layer&gt;.V</c> [n, r] for every adapted layer: U_J, S_J and V_J of the chosen columns, with the signs that an adapter was
/// trained with.
/// </summary>
public sealed class GivenFactorFile : ISingularFactorSource, IDisposable
{
    private readonly SafetensorsFile _file;
    private readonly string _prefix;

    private GivenFactorFile(SafetensorsFile file, string prefix)
    {
        _file = file;
        _prefix = prefix;
    }

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="prefix">The prefix of the layers' names in the file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The header is damaged.</exception>
    public static GivenFactorFile Open(string path, string prefix = "") => new(SafetensorsFile.Open(path), prefix);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">
    /// A tensor is missing or of another shape, or the factors are not the weight's singular triplets of these columns, in order.
    /// </exception>
    public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var u = Read($"{layer}.U", weight.shape[0], columns.Count); // [m, r]
        var s = Read($"{layer}.S", columns.Count); // [r]
        var v = Read($"{layer}.V", weight.shape[1], columns.Count); // [n, r]
        double residual;
        try
        {
            residual = FactorCheck.RequireColumns(weight, u, s, v, columns);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{_file.Path}: the factors of {layer} are {exception.Message}", exception);
        }

        return new SingularFactors(
            u.MoveToOuterDisposeScope(), s.MoveToOuterDisposeScope(), v.MoveToOuterDisposeScope(), new FactorOrigin("given", 0, residual));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private Tensor Read(string name, params long[] shape)
    {
        var full = _prefix + name;
        if (!_file.Contains(full))
        {
            throw new InvalidDataException($"{_file.Path}: tensor '{full}' is missing.");
        }

        return _file.Shape(full).SequenceEqual(shape)
            ? _file.Read(full)
            : throw new InvalidDataException(
                $"{_file.Path}: tensor '{full}': found shape [{string.Join(", ", _file.Shape(full))}], expected "
                    + $"[{string.Join(", ", shape)}].");
    }
}
