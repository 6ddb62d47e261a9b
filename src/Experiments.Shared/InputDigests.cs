using System.Security.Cryptography;
using System.Text;
using Reproduction;
using Tasks;

namespace Experiments.Shared;

/// <summary>What identifies weights, tokenizer and data of a trial, each computed once.</summary>
public sealed class InputDigests
{
    // Hexadecimal digits: enough to tell files apart, and short in a record.
    private const int Digits = 16;
    private const int BufferSize = 1 << 20;

    private readonly Dictionary<object, string> _known = [];

    /// <summary>A value computed once for a key; <see cref="Trial.Unavailable"/> where a file is missing.</summary>
    /// <param name="key">What the value belongs to, inputs included.</param>
    /// <param name="compute">Computes it.</param>
    /// <exception cref="UserErrorException">A file is broken or cannot be read; the message names it.</exception>
    private string Once(object key, Func<string> compute)
    {
        if (!_known.TryGetValue(key, out var text))
        {
            _known[key] = text = OrUnavailable(compute);
        }

        return text;
    }

    /// <summary>Digests of a model's files, its tokenizer and a task's data, as a trial's inputs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The run: other inputs have other digests.</param>
    /// <param name="task">The task.</param>
    /// <param name="texts">All texts of the task's data.</param>
    public IReadOnlyDictionary<string, string> Of(ModelSource model, RunOptions options, string task, Func<IEnumerable<string>> texts)
    {
        return new Dictionary<string, string>
        {
            ["model_sha256"] = Once(("model", model.Name), () => OfFiles(model.Files)),
            ["tokenizer_sha256"] = Once(("tokenizer", model.Name), () => OfFiles([model.TokenizerPath])),
            ["data_sha256"] = Once(("data", task), () => OfTexts(texts())),
        };

        string Once((string, string) what, Func<string> compute) => this.Once((options.Profile.Name, options.Inputs, what), compute);
    }

    /// <summary>A digest of the contents of files.</summary>
    private static string OfFiles(IEnumerable<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
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

    /// <summary>A digest of texts; their order counts.</summary>
    private static string OfTexts(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
        }

        return Text(hash);
    }

    private static string OrUnavailable(Func<string> compute)
    {
        try
        {
            return compute();
        }
        catch (Exception exception) when (exception is UserErrorException or FileNotFoundException or DirectoryNotFoundException)
        {
            return Trial.Unavailable;
        }
        catch (Exception exception) when (exception
            is IOException or UnauthorizedAccessException or InvalidDataException or DataFormatException)
        {
            throw new UserErrorException(exception.Message, exception);
        }
    }

    private static string Text(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
}
