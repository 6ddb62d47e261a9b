using SpectralAdapters.Factors;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Factors;

public sealed class CachedFactorSourceTests : IDisposable
{
    private static readonly ColumnSelection Top4 = ColumnSelection.Top(4);

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<string> _warnings = [];
    private readonly CountingFactorSource _source = new();
    private readonly Tensor _weight = randn(24, 16, generator: new Generator(1));

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_was_kept_is_read_and_not_computed()
    {
        var first = Cache().Get("a", _weight, Top4);
        var second = Cache().Get("b", _weight.clone(), Top4);
        Assert.Equal(1, _source.Count);
        GoldenCheck.Same(first.U, second.U, "U");
        GoldenCheck.Same(first.S, second.S, "S");
        GoldenCheck.Same(first.V, second.V, "V");
        Assert.Equal(first.Origin, second.Origin);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Another_weight_type_shape_choice_or_recipe_is_another_entry()
    {
        var changed = _weight.clone();
        changed[0, 0] = changed[0, 0].add(1e-3f);
        var cache = Cache();
        cache.Get("a", _weight, Top4);
        cache.Get("a", changed, Top4);
        cache.Get("a", _weight.to_type(ScalarType.BFloat16), Top4);
        cache.Get("a", _weight.view(16, 24), Top4);
        cache.Get("a", _weight, ColumnSelection.Bottom(4));
        cache.Get("a", _weight, ColumnSelection.Top(3));
        Assert.Equal(6, _source.Count);
        var other = new CountingFactorSource("another");
        new CachedFactorSource(_folder.Root, other, _warnings.Add).Get("a", _weight, Top4);
        Assert.Equal(1, other.Count);
        Assert.Equal(7, Entries().Length);
        Assert.NotEqual(new RandomisedFactorSource(1).Recipe, new RandomisedFactorSource(2).Recipe);
        Assert.NotEqual(new RandomisedFactorSource().Recipe, new ExactFactorSource().Recipe);
    }

    [Fact]
    public void A_file_truncated_anywhere_is_dropped_recomputed_and_replaced()
    {
        var expected = Cache().Get("layer", _weight, Top4);
        var path = Entries().Single();
        var whole = File.ReadAllBytes(path);
        foreach (var length in new[] { 0, 5, 40, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            AssertRepaired(path, whole, expected);
        }
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_dropped_or_harmless()
    {
        var expected = Cache().Get("layer", _weight, Top4);
        var path = Entries().Single();
        var whole = File.ReadAllBytes(path);
        var random = new Random(5);
        for (var trial = 0; trial < 60; trial++)
        {
            var damaged = whole.ToArray();
            damaged[random.Next(whole.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, damaged);
            var found = Cache().Get("layer", _weight, Top4);
            GoldenCheck.Same(expected.U, found.U, "U");
            GoldenCheck.Same(expected.S, found.S, "S");
            GoldenCheck.Same(expected.V, found.V, "V");
        }
    }

    [Fact]
    public void Changed_values_are_found_by_the_checksum()
    {
        var expected = Cache().Get("layer", _weight, Top4);
        var path = Entries().Single();
        var whole = File.ReadAllBytes(path);
        var damaged = whole.ToArray();
        damaged[^2] ^= 1;
        File.WriteAllBytes(path, damaged);
        AssertRepaired(path, whole, expected);
    }

    [Fact]
    public void The_factors_of_another_weight_are_not_taken()
    {
        var expected = Cache().Get("layer", _weight, Top4);
        var path = Entries().Single();
        var whole = File.ReadAllBytes(path);
        Cache().Get("layer", _weight.neg(), Top4);
        File.Copy(Entries().Single(other => other != path), path, overwrite: true);
        AssertRepaired(path, whole, expected);
    }

    [Fact]
    public void Writers_and_a_vandal_at_the_same_time_never_give_wrong_factors()
    {
        var expected = SingularFactors.Exact(_weight, Top4);
        var stop = false;
        var vandal = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                foreach (var path in Entries())
                {
                    Damage(path);
                }
            }
        });
        vandal.Start();
        var warned = 0;
        Parallel.For(0, 4, _ =>
        {
            var cache = new CachedFactorSource(_folder.Root, _source, _ => Interlocked.Increment(ref warned));
            for (var round = 0; round < 25; round++)
            {
                using var found = cache.Get("layer", _weight, Top4);
                GoldenCheck.Same(expected.U, found.U, "U");
                GoldenCheck.Same(expected.V, found.V, "V");
            }
        });
        Volatile.Write(ref stop, true);
        vandal.Join();
        Assert.True(_source.Count >= 1);
        Assert.All(Directory.GetFiles(_folder.Root), path => Assert.EndsWith(".safetensors", path));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_a_warning_only()
    {
        var file = _folder.File("taken");
        File.WriteAllText(file, "");
        var found = new CachedFactorSource(Path.Combine(file, "below"), _source, _warnings.Add).Get("layer", _weight, Top4);
        GoldenCheck.Same(SingularFactors.Exact(_weight, Top4).U, found.U, "U");
        Assert.Contains("layer are not kept", Assert.Single(_warnings));
    }

    private static void Damage(string path)
    {
        try
        {
            File.WriteAllText(path, "no tensors");
        }
        catch (IOException)
        {
            // A reader has it open; the next one is hit.
        }
    }

    private CachedFactorSource Cache() => new(_folder.Root, _source, _warnings.Add);

    private string[] Entries() => Directory.GetFiles(_folder.Root, "*.safetensors");

    private void AssertRepaired(string path, byte[] whole, SingularFactors expected)
    {
        var (computed, warned) = (_source.Count, _warnings.Count);
        var found = Cache().Get("layer", _weight, Top4);
        GoldenCheck.Same(expected.U, found.U, "U");
        Assert.Equal(computed + 1, _source.Count);
        Assert.Equal(warned + 1, _warnings.Count);
        Assert.Contains(path, _warnings[^1]);
        Assert.Contains("the singular factors of layer are recomputed", _warnings[^1]);
        Assert.Equal(whole, File.ReadAllBytes(path));
    }
}
