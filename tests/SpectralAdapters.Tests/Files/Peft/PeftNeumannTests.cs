using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>PEFT's Neumann series at every small number of terms (tuners/oft/layer.py, _cayley_batch).</summary>
public sealed class PeftNeumannTests
{
    private const int Side = 8;

    // The coefficients of I, K, K^2, .. by the number of terms: PEFT adds K^2 before its loop and one power after it.
    public static TheoryData<int, double[]> Series => new()
    {
        { 1, [1] },
        { 2, [1, 2] },
        { 3, [1, 2, 2, 1] },
        { 4, [1, 2, 2, 1] },
        { 5, [1, 2, 2, 2, 1] },
        { 6, [1, 2, 2, 2, 2, 1] },
    };

    [Theory]
    [MemberData(nameof(Series))]
    public void The_series_has_pefts_terms(int terms, double[] coefficients)
    {
        using var scope = NewDisposeScope();
        using var folder = Folder(terms);
        using var llama = TinyLlama.Load();
        var adapted = AdaptedModel.Load(llama, folder.Root);
        var layer = adapted.Layers["model.layers.1.self_attn.q_proj"];
        var rotation = Rotation(layer.Adapter!.named_parameters().Single().parameter, coefficients); // [n, n]
        var weight = layer.BaseWeight.to_type(ScalarType.Float64); // [m, n]
        GoldenCheck.Close(weight.mm(rotation.t()), layer.Adapter.MergedWeight(layer.BaseWeight), (5e-6, 0), $"{terms} terms, merged");
        var input = randn(5, 32, generator: new Generator(3)); // [T, n]
        var output = input.to_type(ScalarType.Float64).mm(rotation).mm(weight.t()); // [T, m]
        GoldenCheck.Close(output, layer.call(input), (2e-5, 1e-5), $"{terms} terms, output");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_number_of_terms_is_written_back(int terms)
    {
        using var scope = NewDisposeScope();
        using var folder = Folder(terms);
        using var written = new TemporaryFolder();
        using var llama = TinyLlama.Load();
        PeftFiles.Save(AdaptedModel.Load(llama, folder.Root), written.Root);
        PeftComparison.SameTensors(folder.Root, written.Root);
        Assert.Equal($"{terms}", DerivedFolder.Setting(written.Root, "num_cayley_neumann_terms"));
        Assert.Equal("true", DerivedFolder.Setting(written.Root, "use_cayley_neumann"));
    }

    // PEFT tests for more than one term, so that none and fewer leave the identity too.
    [Fact]
    public void No_terms_are_the_identity_and_not_the_exact_transform()
    {
        using var scope = NewDisposeScope();
        using var folder = Folder(0);
        using var llama = TinyLlama.Load();
        using var untouched = TinyLlama.Load();
        AdaptedModel.Load(llama, folder.Root);
        GoldenCheck.Close(untouched.call(TinyLlama.InputIds()), llama.call(TinyLlama.InputIds()), (1e-5, 0), "logits");
    }

    private static DerivedFolder Folder(int terms) => DerivedFolder.Of(
        TinyLlama.Folder("oft_neumann"), new Dictionary<string, string> { ["num_cayley_neumann_terms"] = $"{terms}" });

    // Element by element and without the adapter's own code, in float64.
    private static Tensor Rotation(Tensor triangle, double[] coefficients)
    {
        var blocks = new List<Tensor>();
        for (var block = 0; block < triangle.shape[0]; block++)
        {
            var values = triangle[block].to_type(ScalarType.Float64).data<double>().ToArray();
            var skew = new double[Side, Side];
            var position = 0;
            for (var row = 0; row < Side; row++)
            {
                for (var column = row + 1; column < Side; column++)
                {
                    (skew[row, column], skew[column, row]) = (values[position], -values[position]);
                    position++;
                }
            }

            var k = tensor(skew); // [s, s]
            var power = eye(Side, dtype: ScalarType.Float64); // [s, s]
            var sum = zeros(Side, Side, dtype: ScalarType.Float64); // [s, s]
            foreach (var coefficient in coefficients)
            {
                sum = sum.add(power.mul(coefficient));
                power = power.mm(k);
            }

            blocks.Add(sum);
        }

        return block_diag([.. blocks]);
    }
}
