using ModelZoo.Checkpoints;

namespace ModelZoo.Encoders;

/// <summary>What a config.json says of an encoder and of the classifier that it was saved with.</summary>
/// <param name="Config">The sizes.</param>
/// <param name="Labels">The names of the file's own classes; null where they have none but their numbers.</param>
/// <param name="Architecture">The class of the architecture; null where it is not stated.</param>
internal sealed record ClassifierConfig<TConfig>(TConfig Config, IReadOnlyList<string>? Labels, string? Architecture)
    where TConfig : EncoderConfig
{
    /// <summary>Reads a config.json.</summary>
    /// <param name="path">The file.</param>
    /// <param name="numLabels">Number of classes, where it is not the one that the file states.</param>
    /// <param name="read">Reads and validates the sizes, for a number of classes.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file does not describe the model.</exception>
    public static ClassifierConfig<TConfig> Read(string path, int? numLabels, Func<ConfigJson, int, TConfig> read)
    {
        using var json = ConfigJson.Open(path);
        var labels = ClassLabels.Read(json);
        var count = numLabels ?? labels.Count;
        var config = read(json, count);

        // The loss follows from the number of labels.
        json.RequireOrAbsent("problem_type", count == 1 ? "regression" : "single_label_classification");
        return new ClassifierConfig<TConfig>(
            config,
            ClassLabels.AreNumbers(labels) ? null : labels,
            json.Find("architectures") is null ? null : json.Texts("architectures").FirstOrDefault());
    }
}
