using SpectralAdapters.Factors;
using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Factors;

/// <summary>Damaged files of given and of cached singular factors: a named error, or the triplets of the weight.</summary>
public sealed class FactorFileMutationTests : IDisposable
{
    private const int Seed = 37;

    private static readonly ColumnSelection Top3 = ColumnSelection.Top(3);

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();
    private readonly ITestOutputHelper _output;
    private readonly Tensor _weight = randn(12, 9, generator: new Generator(1)); // [m, n]
    private readonly SingularFactors _expected;
    private readonly byte[] _given;
    private readonly byte[] _cached;
    private readonly string _cachedPath;

    public FactorFileMutationTests(ITestOutputHelper output)
    {
        _output = output;
        _expected = SingularFactors.Exact(_weight, Top3);
        var path = _folder.File("given.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor>
        {
            ["layer.U"] = _expected.U, ["layer.S"] = _expected.S, ["layer.V"] = _expected.V,
        });
        _given = File.ReadAllBytes(path);
        Cache().Get("layer", _weight, Top3);
        _cachedPath = Directory.GetFiles(_folder.File("cache")).Single();
        _cached = File.ReadAllBytes(_cachedPath);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Damaged_factor_files_are_refused_by_name_or_right() =>
        MutatedInputs.Check("factor-files", 200, Seed, Case, _output.WriteLine);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_damaged_factor_files_are_refused_by_name_or_right() =>
        MutatedInputs.Check("factor-files", 10_000, Seed, Case, _output.WriteLine);

    private MutatedCase Case(Random random)
    {
        if (random.Next(4) == 0)
        {
            var damaged = Mutate.Bytes(_cached, random);
            return new MutatedCase("cached", [_cachedPath], () => ReadCached(damaged));
        }

        var path = _folder.File($"given-{random.Next(1_000_000)}.safetensors");
        File.WriteAllBytes(path, Mutate.Bytes(_given, random));
        return new MutatedCase("given", [path], () => ReadGiven(path));
    }

    // A cache never fails: what is damaged is recomputed.
    private bool ReadCached(byte[] damaged)
    {
        using var scope = NewDisposeScope();
        File.WriteAllBytes(_cachedPath, damaged);
        var found = Cache().Get("layer", _weight, Top3);
        return found.U.Equals(_expected.U) && found.S.Equals(_expected.S) && found.V.Equals(_expected.V);
    }

    // The triplets of separate singular values are unique up to a common sign of u and v.
    private bool ReadGiven(string path)
    {
        using var scope = NewDisposeScope();
        try
        {
            using var file = GivenFactorFile.Open(path);
            var found = file.Get("layer", _weight, Top3);
            var signs = found.U.to_type(ScalarType.Float32).mul(_expected.U).sum(0L).sign(); // [r]
            return Distance(found.U.mul(signs), _expected.U) < 1e-2 && Distance(found.V.mul(signs), _expected.V) < 1e-2
                && Distance(found.S, _expected.S) < 1e-2;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private CachedFactorSource Cache() => new(_folder.File("cache"), new ExactFactorSource(), _ => { });

    private static double Distance(Tensor found, Tensor expected) =>
        found.to_type(ScalarType.Float64).sub(expected).abs().max().item<double>();
}
