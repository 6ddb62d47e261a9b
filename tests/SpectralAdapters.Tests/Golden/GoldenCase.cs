using System.Text.Json;
using SpectralAdapters.Attachment;
using SpectralAdapters.Factors;
using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

/// <summary>
/// One case of tests/fixtures/adapters in one element type. Inputs are stored in float32 and exact in it; results come from the
/// file of the element type under test.
/// </summary>
internal sealed class GoldenCase : IDisposable
{
    private readonly Dictionary<string, Tensor> _inputs;
    private readonly Dictionary<string, Tensor> _results;
    private readonly Dictionary<string, Tensor> _baseInputs;
    private readonly Dictionary<string, Tensor> _baseResults;

    private GoldenCase(string method, string name, ScalarType type)
    {
        Name = name;
        Type = type;
        Settings = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("adapters", $"{method}.json")))
            .RootElement.GetProperty("cases").GetProperty(name);
        BaseName = Settings.GetProperty("base").GetString()!;
        var wide = type == ScalarType.Float64 ? ".f64" : "";
        _inputs = Read(method, $"{name}/");
        _results = wide == "" ? _inputs : Read(method + wide, $"{name}/");
        _baseInputs = Read("base", $"{BaseName}/");
        _baseResults = wide == "" ? _baseInputs : Read("base" + wide, $"{BaseName}/");
    }

    public string Name { get; }

    public string BaseName { get; }

    public ScalarType Type { get; }

    public JsonElement Settings { get; }

    /// <summary>The tolerances of the README's section 7.</summary>
    public GoldenTolerances Tolerances => Type == ScalarType.Float64 ? GoldenTolerances.Float64 : GoldenTolerances.Float32;

    public static GoldenCase Load(string method, string name, ScalarType type) => new(method, name, type);

    /// <summary>Every case of a method in every element type that has a file.</summary>
    public static TheoryData<string, ScalarType> All(string method)
    {
        var data = new TheoryData<string, ScalarType>();
        var names = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("adapters", $"{method}.json")))
            .RootElement.GetProperty("cases").EnumerateObject().Select(property => property.Name).ToList();
        var wide = File.Exists(RepositoryPaths.Fixture("adapters", $"{method}.f64.safetensors"));
        foreach (var name in names)
        {
            data.Add(name, ScalarType.Float32);
            if (wide)
            {
                data.Add(name, ScalarType.Float64);
            }
        }

        return data;
    }

    /// <summary>An input of the case: initial value, parameter, mask, frozen tensor.</summary>
    public Tensor Input(string tensor) => _inputs[tensor].to_type(Type);

    /// <summary>An expected result in the element type under test.</summary>
    public Tensor Result(string tensor) => _results[tensor];

    public bool HasResult(string tensor) => _results.ContainsKey(tensor);

    public bool HasInput(string tensor) => _inputs.ContainsKey(tensor);

    public IEnumerable<string> ResultNames(string prefix) =>
        _results.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..]);

    public IEnumerable<string> InputNames(string prefix) =>
        _inputs.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..]);

    /// <summary>A tensor of the layer: W, bias, x, g, target.</summary>
    public Tensor Base(string tensor) => _baseInputs[tensor].to_type(Type);

    /// <summary>The bias of the layer, or null.</summary>
    public Tensor? Bias => _baseInputs.ContainsKey("bias") ? Base("bias") : null;

    /// <summary>The stored factors of the layer's weight: all adapter values belong to their signs.</summary>
    public ISingularFactorSource Factors => new GivenFactorSource(_baseResults["U"], _baseResults["S"], _baseResults["V"]);

    /// <summary>The layer as a place to create an adapter for.</summary>
    public AdapterSite Site() => new(
        "layer", Base("W"), new Generator(1), _baseResults.ContainsKey("U") ? Factors : new ExactFactorSource());

    public void Dispose()
    {
        foreach (var tensor in new[] { _inputs, _results, _baseInputs, _baseResults }.SelectMany(set => set.Values))
        {
            tensor.Dispose();
        }
    }

    private static Dictionary<string, Tensor> Read(string file, string prefix)
    {
        using var tensors = SafetensorsFile.Open(RepositoryPaths.Fixture("adapters", $"{file}.safetensors"));
        return tensors.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[prefix.Length..], name => tensors.Read(name));
    }
}
