using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>
/// PEFT's options that choose layers, for every method: as the same adapter whose target modules are one regular expression.
/// </summary>
public sealed class PeftLayerOptionTests
{
    private const string Projections = "(q|k|v|up|gate|down)_proj";

    public static TheoryData<string> Methods => ["lora", "dora", "adalora", "oft_cayley", "vera", "vera_no_projection"];

    public static TheoryData<string> ExcludingMethods => ["lora", "dora", "adalora", "oft_cayley"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Layers_are_chosen_by_index(string method)
    {
        foreach (var (indices, pattern) in new[]
        {
            ("1", "null"), ("[1]", "null"), ("[1, 7]", "[]"),
            ("1", "\"layers\""), ("[1]", "[\"blocks\", \"layers\"]"), ("[1]", "\"lay.*s\""),
        })
        {
            RequireSame(
                method,
                new() { ["layers_to_transform"] = indices, ["layers_pattern"] = pattern },
                $@".*\.layers\.1\..*\.{Projections}",
                name => !name.Contains(".layers.0.", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(ExcludingMethods))]
    public void Modules_are_excluded_by_name_and_by_pattern(string method)
    {
        foreach (var excluded in new[] { "[\"k_proj\", \"layers.1.mlp.up_proj\"]", "\".*k_proj|.*layers.1.mlp.up_proj\"" })
        {
            RequireSame(
                method,
                new() { ["exclude_modules"] = excluded },
                $@"(?!.*\.k_proj$)(?!.*\.1\.mlp\.up_proj$).*\.{Projections}",
                name => !name.Contains("k_proj", StringComparison.Ordinal) && !name.Contains(".1.mlp.up_proj", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_module_that_is_named_in_full_is_adapted_whatever_its_index()
    {
        string[] full = ["model.layers.0.self_attn.q_proj", "v_proj"];
        RequireSame(
            "lora",
            new() { ["target_modules"] = $"[\"{full[0]}\", \"{full[1]}\"]", ["layers_to_transform"] = "[1]" },
            @"model\.layers\.(0\.self_attn\.q_proj|1\.self_attn\.v_proj)",
            name => name.Contains(full[0], StringComparison.Ordinal)
                || name.Contains("layers.1.self_attn.v_proj", StringComparison.Ordinal));
    }

    [Fact]
    public void Excluded_modules_win_over_full_names()
    {
        RequireSame(
            "lora",
            new()
            {
                ["target_modules"] = "[\"model.layers.0.self_attn.q_proj\", \"model.layers.1.self_attn.q_proj\"]",
                ["exclude_modules"] = "[\"layers.0.self_attn.q_proj\"]",
            },
            @"model\.layers\.1\.self_attn\.q_proj",
            name => name.Contains("layers.1.self_attn.q_proj", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("layers_to_transform", "1.5", "'layers_to_transform': found 1.5, expected a whole number or a list of whole numbers")]
    [InlineData("layers_to_transform", "[true]", "'layers_to_transform': found [true]")]
    [InlineData("layers_to_transform", "[7]", "No linear layer fits the target modules")]
    [InlineData("layers_pattern", "\"layers\"", "'layers_pattern': found \"layers\", expected nothing without layers_to_transform")]
    [InlineData("layers_pattern", "3", "'layers_pattern': found 3, expected a name or a list of names")]
    [InlineData("exclude_modules", "3", "'exclude_modules': found 3, expected a list of names or a regular expression")]
    [InlineData("exclude_modules", "\"(\"", "'exclude_modules': found \"(\"")]
    [InlineData("exclude_modules", "\".*\"", "No linear layer fits the target modules")]
    public void An_option_that_chooses_no_layer_or_is_of_another_type_is_refused(string key, string value, string expected)
    {
        using var scope = NewDisposeScope();
        using var folder = DerivedFolder.Of(TinyLlama.Folder("lora"), new Dictionary<string, string> { [key] = value });
        using var llama = TinyLlama.Load();
        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(llama, folder.Root));
        Assert.Contains(expected, error.Message);
        Assert.Contains(folder.Root, error.Message);
    }

    [Fact]
    public void Indices_beside_a_regular_expression_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = DerivedFolder.Of(
            TinyLlama.Folder("lora"),
            new Dictionary<string, string> { ["target_modules"] = "\".*q_proj\"", ["layers_to_transform"] = "[1]" });
        using var llama = TinyLlama.Load();
        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(llama, folder.Root));
        Assert.Contains("'layers_to_transform': found [1], expected nothing beside a regular expression as target_modules", error.Message);
    }

    [Fact]
    public void An_expression_that_never_ends_is_named_with_the_file()
    {
        using var folder = DerivedFolder.Of(
            TinyLlama.Folder("lora"), new Dictionary<string, string> { ["exclude_modules"] = "\"([a-z._0-9]*)*!\"" });
        using var llama = TinyLlama.Load();

        var error = Assert.Throws<InvalidDataException>(() => AdaptedModel.Load(llama, folder.Root));

        Assert.StartsWith(folder.Root, error.Message);
        Assert.Contains("The regular expression '^(?:([a-z._0-9]*)*!)$' has no answer", error.Message);
    }

    private static void RequireSame(string method, Dictionary<string, string> settings, string pattern, Func<string, bool> keep)
    {
        using var scope = NewDisposeScope();
        void Filter(Dictionary<string, Tensor> tensors)
        {
            foreach (var name in tensors.Keys.Where(name => name.Contains("layers", StringComparison.Ordinal) && !keep(name)).ToList())
            {
                tensors.Remove(name);
            }
        }

        var source = TinyLlama.Folder(method);
        using var folder = DerivedFolder.Of(source, settings, Filter);
        using var plain = DerivedFolder.Of(
            source, new Dictionary<string, string> { ["target_modules"] = $"\"{Escaped(pattern)}\"" }, Filter);
        using var llama = TinyLlama.Load();
        using var reference = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, folder.Root);
        AdaptedModel.Load(reference, plain.Root);
        var expected = reference.call(TinyLlama.InputIds()); // [B, T, V]
        GoldenCheck.Same(expected, llama.call(TinyLlama.InputIds()), $"{method}: {string.Join(", ", settings)}");
        adapted.Merge();
        GoldenCheck.Close(expected, llama.call(TinyLlama.InputIds()), (1e-4, 0), "merged logits");
        adapted.Unmerge();

        using var written = new TemporaryFolder();
        PeftFiles.Save(adapted, written.Root);
        PeftComparison.SameTensors(folder.Root, written.Root);
        RequireRead(written.Root, expected);
        adapted.Save(written.Root);
        RequireRead(written.Root, expected);
    }

    private static void RequireRead(string folder, Tensor expected)
    {
        using var again = TinyLlama.Load();
        AdaptedModel.Load(again, folder);
        GoldenCheck.Same(expected, again.call(TinyLlama.InputIds()), "logits read back");
    }

    private static string Escaped(string pattern) => pattern.Replace(@"\", @"\\", StringComparison.Ordinal);
}
