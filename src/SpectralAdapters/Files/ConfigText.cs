using System.Text;

namespace SpectralAdapters.Files;

/// <summary>The text of an adapter's config file.</summary>
internal static class ConfigText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file in UTF-8, with a byte-order mark or without.</summary>
    /// <exception cref="InvalidDataException">The bytes are no UTF-8: replaced characters could hide a setting.</exception>
    public static string Read(string path)
    {
        try
        {
            return Strict.GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"{path}: found bytes that are not UTF-8 at position {exception.Index}.", exception);
        }
    }
}
