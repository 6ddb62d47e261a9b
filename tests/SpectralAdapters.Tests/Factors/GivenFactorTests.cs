using SpectralAdapters.Factors;
using SpectralAdapters.Files;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Factors;

/// <summary>Given factors are the singular triplets that were asked for, or refused.</summary>
public sealed class GivenFactorTests : IDisposable
{
    private static readonly ColumnSelection Columns = ColumnSelection.Skip(1, 3);

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();
    private readonly Tensor _weight = randn(12, 9, generator: new Generator(1)); // [m, n]

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("top:3")]
    [InlineData("bottom:3")]
    [InlineData("skip:1:3")]
    [InlineData("list:4,0,7")]
    public void The_exact_triplets_are_taken_in_every_element_type(string columns)
    {
        var selection = ColumnSelection.Parse(columns);
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16, ScalarType.Float16 })
        {
            var weight = type is ScalarType.BFloat16 or ScalarType.Float16 ? _weight : _weight.to_type(type);
            var exact = SingularFactors.Exact(weight, selection);
            var half = type is ScalarType.BFloat16 or ScalarType.Float16;
            if (half && columns != "top:3")
            {
                continue; // a rounded small singular value is too far off, relative to the largest that is asked for
            }

            var found = Read(weight, exact.U.to_type(type), exact.S.to_type(type), exact.V.to_type(type), selection);
            GoldenCheck.Close(exact.U, found.U, (half ? 1e-2 : 1e-6, 0), columns);
            Assert.Equal("given", found.Origin.Method);
        }
    }

    [Fact]
    public void Signs_are_free_and_zero_singular_values_are_allowed()
    {
        var weight = randn(12, 2, generator: new Generator(2)).mm(randn(2, 9, generator: new Generator(3))); // [m, n]
        var bottom = ColumnSelection.Bottom(2);
        var exact = SingularFactors.Exact(weight, bottom);
        var found = Read(weight, exact.U.neg(), exact.S.mul(0), exact.V.neg(), bottom);
        GoldenCheck.Same(exact.U.neg(), found.U, "U");
    }

    [Theory]
    [InlineData("u doubled", "orthonormal")]
    [InlineData("v doubled", "orthonormal")]
    [InlineData("order", "order")]
    [InlineData("negative", "order")]
    [InlineData("other columns", "skip:1:3")]
    [InlineData("no singular vectors", "not those of its weight")]
    [InlineData("other weight", "not those of its weight")]
    [InlineData("NaN", "not those of its weight")]
    public void Factors_that_are_not_the_triplets_asked_for_are_refused(string what, string part)
    {
        var (u, s, v) = SingularFactors.Exact(_weight, Columns) is var exact ? (exact.U, exact.S, exact.V) : default;
        var swap = tensor(new long[] { 1, 0, 2 });
        (u, s, v) = what switch
        {
            "u doubled" => (u.mul(2), s.div(2), v),
            "v doubled" => (u, s.mul(2), v.mul(2)),
            "order" => (u.index_select(1, swap), s.index_select(0, swap), v.index_select(1, swap)),
            "negative" => (u.neg(), s.neg(), v),
            "other columns" => Triplets(ColumnSelection.Skip(2, 3)),
            "no singular vectors" => NoSingularVectors(),
            "NaN" => (u.mul(double.NaN), s, v),
            _ => (u.flip(0), s, v),
        };
        var weight = what == "no singular vectors" ? Sheared() : _weight;
        var columns = what == "no singular vectors" ? ColumnSelection.Top(1) : Columns;
        var error = Assert.Throws<InvalidDataException>(() => Read(weight, u, s, v, columns));
        Assert.Contains(part, error.Message);
        Assert.Contains("given.safetensors", error.Message);
        Assert.Contains("layer", error.Message);
    }

    [Fact]
    public void A_cached_file_that_does_not_hold_triplets_is_recomputed()
    {
        var source = new CountingFactorSource();
        var warnings = new List<string>();
        var cache = new CachedFactorSource(_folder.File("cache"), source, warnings.Add);
        var expected = cache.Get("layer", _weight, Columns);
        var path = Directory.GetFiles(_folder.File("cache")).Single();
        string key;
        using (var file = SafetensorsFile.Open(path))
        {
            key = file.Metadata["key"];
        }

        FactorFile.Write(path, key, expected with { U = expected.U.mul(2), S = expected.S.div(2) }); // with its own checksum
        var found = cache.Get("layer", _weight, Columns);
        GoldenCheck.Same(expected.U, found.U, "U");
        GoldenCheck.Same(expected.S, found.S, "S");
        Assert.Equal(2, source.Count);
        Assert.Contains("orthonormal", Assert.Single(warnings));
    }

    // W V = U S with orthonormal U and V, although e1 is no singular vector of [[1, 1], [0, 1]].
    private static Tensor Sheared() => tensor(new float[,] { { 1, 1 }, { 0, 1 } });

    private static (Tensor U, Tensor S, Tensor V) NoSingularVectors() => (eye(2, 1), ones(1), eye(2, 1));

    private (Tensor U, Tensor S, Tensor V) Triplets(ColumnSelection columns)
    {
        var exact = SingularFactors.Exact(_weight, columns);
        return (exact.U, exact.S, exact.V);
    }

    private SingularFactors Read(Tensor weight, Tensor u, Tensor s, Tensor v, ColumnSelection columns)
    {
        var path = _folder.File("given.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor> { ["layer.U"] = u, ["layer.S"] = s, ["layer.V"] = v });
        using var file = GivenFactorFile.Open(path);
        return file.Get("layer", weight, columns);
    }
}
