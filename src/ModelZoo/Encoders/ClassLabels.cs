using System.Globalization;
using System.Text.Json;
using ModelZoo.Checkpoints;

namespace ModelZoo.Encoders;

/// <summary>The classes of a classifier as config.json states them: id2label, label2id and num_labels.</summary>
internal static class ClassLabels
{
    // Of transformers, for a file that states none.
    private const int DefaultLabels = 2;

    /// <summary>The names of the classes in the order of their ids; LABEL_0 and so on where the file has no names.</summary>
    /// <exception cref="InvalidDataException">The keys contradict each other.</exception>
    public static IReadOnlyList<string> Read(ConfigJson json)
    {
        if (json.Find("id2label") is not { } names)
        {
            var count = json.Integer("num_labels", DefaultLabels);
            if (count is < 1 or > EncoderConfig.MostLabels)
            {
                throw json.Unexpected("num_labels", $"a count from 1 to {EncoderConfig.MostLabels}");
            }

            var numbered = Numbered(count).ToList();
            RequireInverse(json, numbered);
            return numbered;
        }

        if (names.ValueKind != JsonValueKind.Object || !names.EnumerateObject().Any())
        {
            throw json.Unexpected("id2label", "an object with a name for each label");
        }

        var byId = names.EnumerateObject().ToDictionary(item => item.Name, item => item.Value);
        var labels = Enumerable.Range(0, byId.Count)
            .Select(id => byId.TryGetValue(id.ToString(CultureInfo.InvariantCulture), out var name)
                && name.ValueKind == JsonValueKind.String
                ? name.GetString()!
                : throw json.Unexpected("id2label", $"a name for each id from 0 to {byId.Count - 1}"))
            .ToList();
        if (labels.Distinct().Count() != labels.Count)
        {
            throw json.Unexpected("id2label", "a name of its own for each id");
        }

        if (json.Integer("num_labels", labels.Count) != labels.Count)
        {
            throw json.Unexpected("num_labels", $"{labels.Count} as in id2label");
        }

        RequireInverse(json, labels);
        return labels;
    }

    /// <summary>Whether the names say no more than the numbers of the classes.</summary>
    public static bool AreNumbers(IReadOnlyList<string> labels) => labels.SequenceEqual(Numbered(labels.Count));

    private static void RequireInverse(ConfigJson json, List<string> labels)
    {
        if (json.Find("label2id") is { } ids
            && (ids.ValueKind != JsonValueKind.Object || ids.EnumerateObject().Count() != labels.Count
                || !ids.EnumerateObject().All(item => item.Value.ValueKind == JsonValueKind.Number
                    && item.Value.TryGetInt32(out var id) && id >= 0 && id < labels.Count && labels[id] == item.Name)))
        {
            throw json.Unexpected("label2id", "the inverse of id2label");
        }
    }

    private static IEnumerable<string> Numbered(int count) => Enumerable.Range(0, count).Select(id => $"LABEL_{id}");
}
