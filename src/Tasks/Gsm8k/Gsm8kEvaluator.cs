using Training.Data;

namespace Tasks.Gsm8k;

/// <summary>
/// Evaluates a decoder on GSM8K as lm-eval 0.4.2 does: five-shot prompts without BOS, longest first in batches, greedy responses up to a
/// stop string, scored by two filters.
/// </summary>
public sealed class Gsm8kEvaluator
{
    private readonly Gsm8kSettings _settings;
    private readonly TextCodec _codec;
    private readonly int[][] _prompts;
    private readonly StopStrings _stops;

    /// <param name="data">The data.</param>
    /// <param name="codec">The model's tokenizer.</param>
    /// <param name="settings">How the data are evaluated.</param>
    /// <exception cref="ArgumentException">A setting is impossible, or the data have too few problems.</exception>
    public Gsm8kEvaluator(Gsm8kDataset data, TextCodec codec, Gsm8kSettings settings)
    {
        settings.Validate();
        (_settings, _codec, Documents) = (settings, codec, Gsm8kPrompts.Build(data, settings.DocumentCount));
        _prompts = [.. Documents.Select(document => codec.Encode(document.Prompt))];
        _stops = new StopStrings(codec.Decode([codec.EosTokenId]));
    }

    /// <summary>The evaluated problems.</summary>
    public IReadOnlyList<Gsm8kDocument> Documents { get; }

    // The order of lm-eval's requests.
    private IReadOnlyList<int[]> OrderedBatches => Batches.Split(
        [
            .. Enumerable.Range(0, Documents.Count).OrderByDescending(document => _prompts[document].Length)
                .ThenBy(document => Documents[document].Prompt, StringComparer.Ordinal),
        ],
        _settings.BatchSize);

    /// <summary>Generates and scores a response to each problem.</summary>
    /// <param name="generate">The model.</param>
    /// <param name="path">
    /// Where each batch's predictions are stored as JSON lines once they are made; where the file is an interrupted evaluation's, its
    /// complete batches are not generated again. Null stores none.
    /// </param>
    /// <param name="model">
    /// What identifies the model in that file, such as a digest of its weights: predictions of another are refused.
    /// </param>
    /// <exception cref="DataFormatException">The file is of another evaluation or damaged.</exception>
    /// <exception cref="ArgumentException">The model returned another number of sequences than prompts.</exception>
    public Gsm8kEvaluation Evaluate(GreedyGeneration generate, string? path = null, string model = "")
    {
        var batches = OrderedBatches;
        var file = path is null
            ? null
            : Gsm8kPredictionFile.Open(path, new Gsm8kFileHeader(model, _settings, Documents), batches, Documents);
        var predictions = file?.Stored.ToList() ?? [];
        foreach (var batch in batches.Skip(file?.StoredBatches ?? 0))
        {
            var made = Generate(batch, generate);
            file?.Append(made);
            predictions.AddRange(made);
        }

        return new Gsm8kEvaluation([.. predictions.OrderBy(prediction => prediction.Document)]);
    }

    /// <summary>The prediction that a response is.</summary>
    internal static Gsm8kPrediction Scored(
        Gsm8kDocument document, int promptTokens, int cutTokens, int newTokens, string response, string? stoppedBy) => new()
    {
        Document = document.Index,
        PromptTokens = promptTokens,
        CutTokens = cutTokens,
        NewTokens = newTokens,
        Response = response,
        StoppedBy = stoppedBy,
        Strict = Gsm8kFilter.StrictMatch(response, document.Reference),
        Flexible = Gsm8kFilter.FlexibleExtract(response, document.Reference),
    };

    private List<Gsm8kPrediction> Generate(int[] batch, GreedyGeneration generate)
    {
        var most = _settings.MaxLength - _settings.MaxNewTokens;
        var cuts = batch.Select(document => Math.Max(0, _prompts[document].Length - most)).ToList();
        var sequences = generate(
            [.. batch.Zip(cuts, (document, cut) => _prompts[document][cut..])], _settings.MaxNewTokens,
            (_, ids) => _stops.Occur(_codec.Decode(ids)));
        if (sequences.Count != batch.Length)
        {
            throw new ArgumentException($"Found {sequences.Count} sequences for {batch.Length} prompts.", nameof(generate));
        }

        return
        [
            .. batch.Index().Select(row =>
            {
                var (response, stoppedBy) = _stops.Cut(_codec.Decode(sequences[row.Index]));
                return Scored(
                    Documents[row.Item], _prompts[row.Item].Length, cuts[row.Index], sequences[row.Index].Count, response, stoppedBy);
            }),
        ];
    }
}
