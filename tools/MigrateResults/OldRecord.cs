using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reproduction;

namespace MigrateResults;

/// <summary>A record of format 1, whose configuration was a list of texts, as one of format 2.</summary>
internal static class OldRecord
{
    private const int OldFormat = 1;
    private const int NewFormat = 2;
    private const string AdapterPrefix = "adapter.";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The record's new text, and the key of its trial.</summary>
    /// <exception cref="UserErrorException">It is broken, or of another format.</exception>
    public static (string Json, string Key) Read(string path)
    {
        try
        {
            var record = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            if (record["format"]!.GetValue<int>() is var format && format != OldFormat)
            {
                throw new UserErrorException($"{path}: found format {format}, expected {OldFormat}.");
            }

            record["format"] = NewFormat;
            record["profile"] = Names.Profile(record["profile"]!.GetValue<string>());
            var trial = Trial(record["trial"]!.AsObject());
            record["trial"] = trial;
            foreach (var metric in record["metrics"]!.AsArray())
            {
                metric!["metric"] = Names.Metric(metric["metric"]!.GetValue<string>());
            }

            foreach (var predictions in record["predictions"]!.AsArray())
            {
                predictions!["score"] = Names.Score(predictions["metric"]!.GetValue<string>());
            }

            record["pictures"] = new JsonArray();
            record["outputs"] = new JsonArray();
            record["manifest"]!["resumed"] = 0;
            return (record.ToJsonString(Indented) + "\n", Key(trial));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException
            or NullReferenceException or InvalidDataException
            or FormatException or OverflowException or KeyNotFoundException or ArgumentException)
        {
            throw new UserErrorException($"{path}: not a record of format {OldFormat} ({exception.Message})", exception);
        }
    }

    private static string Key(JsonObject trial) => new Trial(
        trial["method"]!.GetValue<string>(), trial["task"]!.GetValue<string>(),
        trial["rank"]?.GetValue<int>(), trial["seed"]!.GetValue<int>())
    {
        Variant = trial["variant"]!.GetValue<string>(),
    }.Key;

    private static JsonObject Trial(JsonObject old)
    {
        var (method, variant) = Names.Method(old["method"]!.GetValue<string>());
        var rank = old["rank"]?.GetValue<int>();
        var texts = old["config"]!.AsObject().ToDictionary(entry => entry.Key, entry => entry.Value!.GetValue<string>());
        return new JsonObject
        {
            ["method"] = method,
            ["task"] = old["task"]!.GetValue<string>(),
            ["rank"] = rank,
            ["seed"] = old["seed"]!.GetValue<int>(),
            ["published_rank"] = Names.PublishedRank(method),
            ["variant"] = variant,
            ["config"] = Config(texts, old["task"]!.GetValue<string>(), rank),
            ["inputs"] = new JsonObject(texts.Where(entry => entry.Key.EndsWith("_sha256", StringComparison.Ordinal))
                .Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value)))),
        };
    }

    private static JsonObject Config(Dictionary<string, string> texts, string task, int? rank) => new()
    {
        ["model"] = texts["model"],
        ["data"] = texts["data"],
        ["task"] = task,
        ["training"] = new JsonObject
        {
            ["learning_rate"] = Names.Number(texts["learning_rate"]),
            ["epochs"] = Whole(texts, "epochs"),
            ["max_steps"] = Whole(texts, "max_steps"),
            ["batch_size"] = Whole(texts, "batch_size"),
            ["accumulation"] = 1,
            ["max_length"] = Whole(texts, "max_length"),
            ["group_by_length"] = texts["group_by_length"] == "true",
            ["warmup_steps"] = 0,
            ["weight_decay"] = Names.Number(texts["weight_decay"]),
            ["evaluation_steps"] = texts["evaluation_steps"] == "end" ? null : Whole(texts, "evaluation_steps"),
        },
        ["sweep"] = !texts.TryGetValue("tuning_grid", out var grid) ? null : new JsonObject
        {
            ["rates"] = new JsonArray([.. grid.Split(' ').Select(rate => (JsonNode)Names.Number(rate))]),
            ["steps"] = Whole(texts, "tuning_steps"),
            ["seeds"] = new JsonArray(
                [.. texts["tuning_seed"].Split(' ').Select(seed => (JsonNode)int.Parse(seed, CultureInfo.InvariantCulture))]),
        },
        ["ada_lora_target_rank"] = texts.ContainsKey("adalora_allocation") ? rank : null,
        ["adapter"] = new JsonObject(texts.Where(entry => entry.Key.StartsWith(AdapterPrefix, StringComparison.Ordinal))
            .Select(entry => KeyValuePair.Create(AdapterKey(entry.Key), Value(entry.Value)))),
    };

    private static JsonNode? Whole(Dictionary<string, string> texts, string name) =>
        texts.TryGetValue(name, out var text) ? JsonValue.Create((int)Names.Number(text)) : null;

    private static string AdapterKey(string name) => name[AdapterPrefix.Length..] is var key && key == "orthogonal_weight"
        ? "orthogonal_regularization"
        : key;

    // Texts stood without quotes, everything else as JSON writes it.
    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
