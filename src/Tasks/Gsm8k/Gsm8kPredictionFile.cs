using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tasks.Gsm8k;

/// <summary>
/// Predictions as JSON lines below a header, one batch after the other: an evaluation that was interrupted continues with the first batch
/// that is not complete.
/// </summary>
internal sealed class Gsm8kPredictionFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    private readonly string _path;

    private Gsm8kPredictionFile(string path) => _path = path;

    /// <summary>The predictions of the complete batches.</summary>
    public IReadOnlyList<Gsm8kPrediction> Stored { get; private init; } = [];

    /// <summary>How many batches are complete.</summary>
    public int StoredBatches { get; private init; }

    /// <summary>Opens a file, and drops what stands behind its last complete batch; creates it where there is none.</summary>
    /// <exception cref="DataFormatException">The file is of another evaluation or damaged.</exception>
    public static Gsm8kPredictionFile Open(
        string path, Gsm8kFileHeader header, IReadOnlyList<int[]> batches, IReadOnlyList<Gsm8kDocument> documents)
    {
        // A last line without an end was being written when the process was killed.
        string[] lines = File.Exists(path) ? File.ReadAllText(path).Split('\n')[..^1] : [];
        if (lines.Length == 0)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(path, Line(header));
            return new Gsm8kPredictionFile(path);
        }

        CheckHeader(path, lines[0], header);
        var order = batches.SelectMany(batch => batch).ToList();
        if (lines.Length - 1 > order.Count)
        {
            throw new DataFormatException(path, order.Count + 2, "another prediction", $"the {order.Count} of the evaluation");
        }

        var stored = lines.Skip(1).Select((line, i) => Prediction(path, i + 2, line, documents[order[i]])).ToList();
        var complete = 0;
        while (complete < batches.Count && batches.Take(complete + 1).Sum(batch => batch.Length) <= stored.Count)
        {
            complete++;
        }

        stored = stored[..batches.Take(complete).Sum(batch => batch.Length)];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
        stream.SetLength(Encoding.UTF8.GetByteCount(string.Concat(lines.Take(stored.Count + 1).Select(line => line + "\n"))));
        return new Gsm8kPredictionFile(path) { Stored = stored, StoredBatches = complete };
    }

    /// <summary>Adds a batch.</summary>
    public void Append(IReadOnlyList<Gsm8kPrediction> batch)
    {
        using var stream = new FileStream(_path, FileMode.Append, FileAccess.Write);
        stream.Write(Encoding.UTF8.GetBytes(string.Concat(batch.Select(Line))));
        stream.Flush(flushToDisk: true);
    }

    private static string Line<T>(T value) => JsonSerializer.Serialize(value, Json) + "\n";

    private static void CheckHeader(string path, string line, Gsm8kFileHeader header)
    {
        var found = Parse<Gsm8kFileHeader>(path, 1, line);
        if (header.DifferenceFrom(found) is var (name, own, other))
        {
            throw new DataFormatException(
                path, 1, $"predictions with '{name}' {other}", $"{own}, as in this evaluation; delete the file to begin again");
        }
    }

    // Answers and scores follow from the response: a line that says otherwise has been changed.
    private static Gsm8kPrediction Prediction(string path, int number, string line, Gsm8kDocument document)
    {
        var found = Parse<Gsm8kPrediction>(path, number, line);
        var expected = Gsm8kEvaluator.Scored(
            document, found.PromptTokens, found.CutTokens, found.NewTokens, found.Response, found.StoppedBy);
        return found == expected
            ? found
            : throw new DataFormatException(
                path, number,
                $"document {found.Document} with the answers {found.Strict.Answer} and {found.Flexible.Answer}",
                $"document {document.Index} with {expected.Strict.Answer} and {expected.Flexible.Answer} and their scores");
    }

    private static T Parse<T>(string path, int number, string line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Json) ?? throw new JsonException("null");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new DataFormatException(path, number, $"a line that cannot be read ({exception.Message})", "stored predictions");
        }
    }
}
