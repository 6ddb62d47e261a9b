using System.Globalization;

namespace MigrateResults;

/// <summary>What is called otherwise since format 2.</summary>
internal static class Names
{
    private const char VariantSeparator = '@';

    // Table 1's.
    private static readonly Dictionary<string, int> PublishedRanks = new()
    {
        ["lora"] = 24, ["dora"] = 24, ["oft"] = 4, ["adalora"] = 24, ["spectral-a"] = 24,
    };

    public static string Profile(string profile) => profile == "mini-tuning" ? "mini-sweep" : profile;

    /// <summary>Metrics: the number of trainable parameters contained the classifier's.</summary>
    public static string Metric(string metric) => metric switch
    {
        "rows_per_second" => "examples_per_second",
        "trainable_parameters" => "trainable_parameters_total",
        _ => metric,
    };

    /// <summary>A method, and the variant that was part of its name.</summary>
    public static (string Method, string Variant) Method(string name) => name.Split(VariantSeparator) is [var method, var rate]
        ? (method, $"learning_rate={rate}")
        : (name, "");

    public static int? PublishedRank(string method) => PublishedRanks.TryGetValue(method, out var rank) ? rank : null;

    /// <summary>The test that a metric's predictions lead to.</summary>
    public static string Score(string metric) => metric switch
    {
        "matthews" => "Matthews",
        "pearson" => "Pearson",
        "accuracy" => "Accuracy",
        _ => throw new InvalidDataException($"Found predictions of {metric}, expected those of accuracy, matthews or pearson."),
    };

    /// <summary>Whole numbers and numbers of a configuration that was a list of texts.</summary>
    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
