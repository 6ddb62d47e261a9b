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
    private const double LargestResidual = 1e-3;

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
    /// A tensor is missing, of another shape, or the factors are not those of the weight.
    /// </exception>
    public SingularFactors Get(string layer, Tensor weight, ColumnSelection columns)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var u = Read($"{layer}.U", weight.shape[0], columns.Count); // [m, r]
        var s = Read($"{layer}.S", columns.Count); // [r]
        var v = Read($"{layer}.V", weight.shape[1], columns.Count); // [n, r]
        var wide = weight.detach().cpu().to_type(ScalarType.Float64); // [m, n]
        var (u64, s64, v64) = (u.to_type(ScalarType.Float64), s.to_type(ScalarType.Float64), v.to_type(ScalarType.Float64));
        var residual = wide.mm(v64).sub(u64.mul(s64)).abs().max().item<double>() / s64.abs().max().item<double>();
        if (!(residual <= LargestResidual))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"{_file.Path}: the factors of {layer} are not those of its weight: |W V - U S| is {residual:E1} of the largest ")
                + FormattableString.Invariant($"singular value, at most {LargestResidual:E0} is expected."));
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
