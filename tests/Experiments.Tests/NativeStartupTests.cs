using System.Text.RegularExpressions;

namespace SpectralExperiments.Tests;

/// <summary>What a program sets up before libtorch is loaded (eng/Startup), seen from outside: by what the loader binds.</summary>
public sealed class NativeStartupTests
{
    private const string Library = "libmkl_intel_kernels.so";

    [LinuxFact]
    public void Mkl_asks_our_library_on_amd_processors_only()
    {
        using var glue = new TinyGlue();
        Assert.Equal(IsAmd(), AsksOurs(glue, new() { ["SPECTRAL_MKL_AMD"] = null }));
    }

    [LinuxFact]
    public void The_variable_leaves_the_choice_to_mkl()
    {
        using var glue = new TinyGlue();
        Assert.False(AsksOurs(glue, new() { ["SPECTRAL_MKL_AMD"] = "0" }));
    }

    [LinuxTheory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(400)]
    public void Without_the_library_or_with_a_part_of_it_one_line_says_what_is_lost(int? length)
    {
        using var folder = new TemporaryFolder();
        LinkWithoutLibrary(AppContext.BaseDirectory, folder.Root);
        if (length is { } bytes)
        {
            File.WriteAllBytes(folder.File(Library), File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, Library))[..bytes]);
        }

        var run = ProgramRun.Of(Path.Combine(folder.Root, "DebertaGlue"), "list");
        Assert.Equal(0, run.ExitCode);
        var expected = IsAmd() ? ["On this AMD processor float32 products run at about half their speed"] : Array.Empty<string>();
        var lines = Regex.Matches(run.Output, $"^(.*): .*{Library}.*$", RegexOptions.Multiline);
        Assert.Equal(expected, lines.Select(match => match.Groups[1].Value));
    }

    private static bool IsAmd() => File.ReadAllText("/proc/cpuinfo") is var processor
        && processor.Contains("AuthenticAMD", StringComparison.Ordinal) && Regex.IsMatch(processor, @"\bavx2\b");

    private static bool AsksOurs(TinyGlue glue, Dictionary<string, string?> environment)
    {
        var log = Path.Combine(glue.Results, "bindings");
        Directory.CreateDirectory(glue.Results);
        environment["LD_DEBUG"] = "bindings";
        environment["LD_DEBUG_OUTPUT"] = log;
        var run = ProgramRun.Of("DebertaGlue", environment, glue.Arguments("task=rte,method=lora"));
        Assert.True(run.ExitCode == 0, run.Output);
        var bindings = Directory.GetFiles(glue.Results, "bindings.*").SelectMany(File.ReadLines)
            .Select(line => Regex.Match(line, @"libtorch_cpu\.so \[0\] to \S*/(\S+) \[0\]: normal symbol `mkl_serv_intel_cpu_true'"))
            .Where(match => match.Success).Select(match => match.Groups[1].Value).Distinct();
        return Assert.Single(bindings) == Library;
    }

    // The program's own file is copied, as its folder is the one that the program takes for its own.
    private static void LinkWithoutLibrary(string source, string target)
    {
        foreach (var entry in Directory.GetFileSystemEntries(source).Where(entry => Path.GetFileName(entry) != Library))
        {
            var name = Path.Combine(target, Path.GetFileName(entry));
            if (Path.GetFileName(entry) == "DebertaGlue.dll")
            {
                File.Copy(entry, name);
            }
            else
            {
                File.CreateSymbolicLink(name, entry);
            }
        }
    }
}
