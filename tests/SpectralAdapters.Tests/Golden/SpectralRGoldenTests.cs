using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Golden;

public sealed class SpectralRGoldenTests
{
    private static readonly Dictionary<string, string> Names = new() { ["A"] = "A", ["B"] = "B", ["C"] = "C" };

    public static TheoryData<string, ScalarType> Cases => GoldenCase.All("spectral_r");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Core_form_equals_the_official_code(string name, ScalarType type)
    {
        using var golden = GoldenCase.Load("spectral_r", name, type);
        var columns = golden.Settings.GetProperty("columns").EnumerateArray().Select(column => column.GetInt64()).ToList();
        var config = new SpectralRConfig { Columns = ColumnSelection.List(columns), Scale = SingularScale.Multiplicative };
        using var adapter = new SpectralRAdapter(config, golden.Site());
        GoldenCheck.Run(golden, adapter, Names);
    }
}
