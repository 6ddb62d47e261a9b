using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Tasks.Gsm8k;

/// <summary>The first line of stored predictions: what decides them.</summary>
internal sealed record Gsm8kFileHeader
{
    /// <param name="model">What identifies the model.</param>
    /// <param name="settings">How the data are evaluated.</param>
    /// <param name="documents">The evaluated problems.</param>
    public Gsm8kFileHeader(string model, Gsm8kSettings settings, IReadOnlyList<Gsm8kDocument> documents)
        : this(model, Digest(documents), documents.Count, settings.BatchSize, settings.MaxLength, settings.MaxNewTokens)
    {
    }

    [JsonConstructor]
    private Gsm8kFileHeader(string model, string problems, int documents, int batchSize, int maxLength, int maxNewTokens) =>
        (Model, Problems, Documents, BatchSize, MaxLength, MaxNewTokens) = (model, problems, documents, batchSize, maxLength, maxNewTokens);

    /// <summary>What identifies the model.</summary>
    public string Model { get; }

    /// <summary>SHA-256 of the prompts and reference answers.</summary>
    public string Problems { get; }

    /// <summary>The number of documents.</summary>
    public int Documents { get; }

    /// <summary>Prompts in a batch.</summary>
    public int BatchSize { get; }

    /// <summary>The model's context.</summary>
    public int MaxLength { get; }

    /// <summary>The most new tokens of a response.</summary>
    public int MaxNewTokens { get; }

    /// <summary>The first setting in which another header differs; null where none does.</summary>
    public (string Name, object Own, object Other)? DifferenceFrom(Gsm8kFileHeader other)
    {
        (string Name, object Own, object Other)[] pairs =
        [
            ("model", Model, other.Model),
            ("problems", Problems, other.Problems),
            ("documents", Documents, other.Documents),
            ("batch_size", BatchSize, other.BatchSize),
            ("max_length", MaxLength, other.MaxLength),
            ("max_new_tokens", MaxNewTokens, other.MaxNewTokens),
        ];
        return pairs.Where(pair => !pair.Own.Equals(pair.Other)).Select(pair => ((string, object, object)?)pair).FirstOrDefault();
    }

    private static string Digest(IReadOnlyList<Gsm8kDocument> documents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var document in documents)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{document.Prompt}\0{document.Reference}\0"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
