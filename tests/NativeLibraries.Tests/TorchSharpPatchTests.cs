using System.Buffers.Binary;
using System.Reflection;
using System.Text;
using SpectralExperiments.Tests;

namespace NativeLibraries.Tests;

/// <summary>The patch on the real library of the TorchSharp package.</summary>
public sealed class TorchSharpPatchTests
{
    private const string Missing = "_ZSt21ios_base_library_initv";
    private const string Substitute = "_ZSt15get_new_handlerv";
    private const string Path = "libLibTorchSharp.so";

    private static readonly byte[] Original = File.ReadAllBytes(
        typeof(TorchSharpPatchTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "TorchSharpLibrary").Value!);

    [Fact]
    public void The_library_needs_one_symbol_of_gcc_13()
    {
        var symbols = DynamicSymbols.Read(Path, Original);
        var symbol = Assert.Single(symbols.All, symbol => symbol.Version?.Name == "GLIBCXX_3.4.32");
        Assert.Equal(Missing, symbol.Name);
        Assert.Equal("libstdc++.so.6", symbol.Version!.Library);
        Assert.Contains(symbols.All, other => other is { Name: "_Znwm", Version: { Library: "libstdc++.so.6", Name: "GLIBCXX_3.4" } });
        Assert.Contains(symbols.All, other => other is { Name: "memcpy", Version: { Library: "libc.so.6", Name: "GLIBC_2.14" } });
        Assert.Contains(symbols.Needs, need => need.Name == "GLIBCXX_3.4.20");
    }

    [Fact]
    public void Only_the_reference_and_the_version_entry_change()
    {
        var patched = TorchSharpPatch.Apply(Path, Original, WithoutGcc13)!;
        Assert.Equal(Original.Length, patched.Length);

        var before = DynamicSymbols.Read(Path, Original);
        var after = DynamicSymbols.Read(Path, patched);
        var symbol = before.All.Single(symbol => symbol.Name == Missing);
        var allowed = new HashSet<int>([
            .. Enumerable.Range(symbol.NamePosition, Missing.Length), .. Enumerable.Range(symbol.VersionPosition, 2),
            .. Enumerable.Range(symbol.Version!.FlagsPosition, 2)]);
        var differences = Enumerable.Range(0, Original.Length).Where(index => Original[index] != patched[index]);
        Assert.All(differences, index => Assert.Contains(index, allowed));

        var changed = Assert.Single(after.All.Zip(before.All), pair => pair.First != pair.Second).First;
        Assert.Equal((Substitute, "GLIBCXX_3.4.20"), (changed.Name, changed.Version!.Name));
        Assert.Equal(2, BinaryPrimitives.ReadUInt16LittleEndian(patched.AsSpan(symbol.Version.FlagsPosition)));
    }

    [Fact]
    public void A_patched_library_is_left_alone() =>
        Assert.Null(TorchSharpPatch.Apply(Path, TorchSharpPatch.Apply(Path, Original, WithoutGcc13)!, WithoutGcc13));

    [Fact]
    public void A_machine_that_has_everything_keeps_the_library() => Assert.Null(TorchSharpPatch.Apply(Path, Original, (_, _) => true));

    /// <summary>The C++ library of this machine answers: with its own symbols, and with none that does not exist.</summary>
    [LinuxFact]
    public void The_machine_is_asked_for_symbol_and_version()
    {
        Assert.True(SystemCxxLibrary.Has(Substitute, "GLIBCXX_3.4.20"));
        Assert.False(SystemCxxLibrary.Has(Substitute, "GLIBCXX_3.4.19"));
        Assert.False(SystemCxxLibrary.Has("_ZSt11no_such_onev", "GLIBCXX_3.4.20"));
    }

    [Fact]
    public void Another_missing_symbol_is_named_with_its_version()
    {
        var error = Assert.Throws<InvalidDataException>(() =>
            TorchSharpPatch.Apply(Path, Original, (name, version) => name != "_Znwm" && WithoutGcc13(name, version)));
        Assert.Contains("libLibTorchSharp.so needs a newer libstdc++.so.6", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{Missing} (GLIBCXX_3.4.32)", error.Message, StringComparison.Ordinal);
        Assert.Contains("_Znwm (GLIBCXX_3.4)", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A later TorchSharp may need the symbol in a version that this patch does not know; then nothing is changed.</summary>
    [Fact]
    public void Another_name_of_the_missing_symbol_is_refused()
    {
        var renamed = Replace(Original, Missing, "_ZSt21ios_base_library_iniww");
        Assert.Contains("_ZSt21ios_base_library_iniww", Refusal(renamed), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_version_of_the_substitute_nothing_is_patched() =>
        Assert.Contains(Missing, Refusal(Replace(Original, "GLIBCXX_3.4.20\0", "GLIBCXX_3.4.XX\0")), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(64)]
    [InlineData(100_000)]
    [InlineData(1_500_000)]
    [InlineData(2_398_000)]
    public void A_truncated_library_is_refused(int length) => Assert.Contains(Path, Refusal(Original[..length]), StringComparison.Ordinal);

    [Fact]
    public void What_is_no_library_is_refused()
    {
        Assert.Contains("is not a shared object", Refusal(Encoding.ASCII.GetBytes(new string('x', 5000))), StringComparison.Ordinal);
        var other = Original.ToArray();
        other[18] = 183; // AArch64
        Assert.Contains("is not for x64", Refusal(other), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".gnu.version_r")]
    [InlineData(".gnu.version")]
    [InlineData(".dynsym")]
    [InlineData(".dynstr")]
    public void Damaged_tables_are_refused_or_understood(string section)
    {
        // Whatever the bytes are: a result or a clear refusal, never another exception and never an endless loop.
        var random = new Random(1);
        var place = SectionPlace(section);
        for (var round = 0; round < 10; round++)
        {
            var damaged = Original.ToArray();
            random.NextBytes(damaged.AsSpan(place.Position, Math.Min(place.Size, 4096)));
            try
            {
                TorchSharpPatch.Apply(Path, damaged, WithoutGcc13);
            }
            catch (InvalidDataException exception)
            {
                Assert.Contains(Path, exception.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>An entry that leads back to itself is read as often as the section says, not for ever.</summary>
    [Fact]
    public void A_circle_of_versions_is_refused()
    {
        var damaged = Original.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(damaged.AsSpan(SectionPlace(".gnu.version_r").Position + 12), 0);
        Assert.Contains("is damaged", Refusal(damaged), StringComparison.Ordinal);
    }

    private static bool WithoutGcc13(string name, string version) => version != "GLIBCXX_3.4.32";

    private static string Refusal(byte[] library) =>
        Assert.Throws<InvalidDataException>(() => TorchSharpPatch.Apply(Path, library, WithoutGcc13)).Message;

    private static byte[] Replace(byte[] library, string text, string other)
    {
        var changed = library.ToArray();
        Encoding.ASCII.GetBytes(other, changed.AsSpan(changed.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text))));
        return changed;
    }

    private static (int Position, int Size) SectionPlace(string name)
    {
        using var stream = new MemoryStream(Original);
        var section = LibObjectFile.Elf.ElfFile.Read(stream).Sections.First(section => section.Name.Value == name);
        return ((int)section.Position, (int)section.Size);
    }
}
