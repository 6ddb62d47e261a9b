using ModelZoo.Checkpoints;

namespace ModelZoo.Tokenizers;

/// <summary>What the readers of tokenizers' files have in common.</summary>
internal static class TokenizerFile
{
    /// <summary>The path of another file in a file's folder.</summary>
    public static string Beside(string path, string name) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name);

    /// <summary>Reads a JSON file beside another one, where it is there.</summary>
    public static void ReadBeside(string path, string name, Action<ConfigJson> read)
    {
        if (Beside(path, name) is var beside && File.Exists(beside))
        {
            using var json = ConfigJson.Open(beside);
            read(json);
        }
    }

    /// <summary>Reads a file's content by a reader that does not know its path.</summary>
    /// <exception cref="InvalidDataException">The content is wrong; the message begins with the path.</exception>
    public static T Named<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }
}
