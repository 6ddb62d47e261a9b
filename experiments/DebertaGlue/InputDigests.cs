using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Reproduction;
using Tasks;
using Tasks.Glue;

namespace DebertaGlue;

/// <summary>What identifies the weights, the vocabulary and the rows of a trial, each worked out once.</summary>
internal sealed class InputDigests
{
    // Hexadecimal digits: enough to tell files apart, and short in a record.
    private const int Digits = 16;

    private const char FieldSeparator = '\t';

    private readonly Dictionary<(string Profile, Inputs Inputs, string What), string> known = [];

    /// <summary>
    /// <c>model_sha256</c> (config.json, then the file with the weights), <c>tokenizer_sha256</c>, <c>data_sha256</c> (the
    /// rows of both splits as read), <c>train_rows</c> and <c>development_rows</c>; <see cref="Trial.NotAtHand"/> for what is
    /// missing or broken.
    /// </summary>
    public IReadOnlyDictionary<string, string> Of(GlueTask task, Profile profile, Inputs inputs)
    {
        var materials = new GlueMaterials(profile, inputs);
        var rows = Once($"rows of {task}", () => Rows(materials.Data(task))).Split(FieldSeparator);
        return new Dictionary<string, string>
        {
            ["model_sha256"] = Once("model", () => Files(materials.ModelFiles())),
            ["tokenizer_sha256"] = Once("tokenizer", () => Files([materials.TokenizerPath()])),
            ["data_sha256"] = rows is [var digest, _, _] ? digest : Trial.NotAtHand,
            ["train_rows"] = rows is [_, var train, _] ? train : Trial.NotAtHand,
            ["development_rows"] = rows is [_, _, var development] ? development : Trial.NotAtHand,
        };

        string Once(string what, Func<string> compute)
        {
            var key = (profile.Name, inputs, what);
            if (!known.TryGetValue(key, out var text))
            {
                known[key] = text = AtHand(compute);
            }

            return text;
        }
    }

    private static string AtHand(Func<string> compute)
    {
        try
        {
            return compute();
        }
        catch (Exception exception) when (exception is UserErrorException or IOException or UnauthorizedAccessException or InvalidDataException or DataFormatException)
        {
            return Trial.NotAtHand;
        }
    }

    private static string Files(IEnumerable<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (var path in paths)
        {
            using var file = File.OpenRead(path);
            while (file.Read(buffer) is > 0 and var count)
            {
                hash.AppendData(buffer, 0, count);
            }
        }

        return Text(hash);
    }

    private static string Rows(GlueDataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var split in (GlueSplit[])[data.Train, data.Development])
        {
            foreach (var row in split.Examples)
            {
                // With their lengths, so that no text runs into another.
                hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
                    CultureInfo.InvariantCulture, $"{row.Sentence1.Length} {row.Sentence1} {row.Sentence2?.Length} {row.Sentence2} {row.Label:R}\n")));
            }

            hash.AppendData("end of the split\n"u8);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Text(hash)}{FieldSeparator}{data.Train.Examples.Count}{FieldSeparator}{data.Development.Examples.Count}");
    }

    private static string Text(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
}
