using System.Text;

namespace Tasks;

/// <summary>
/// Lines of a UTF-8 text file; a byte order mark and blank lines at the end are skipped, invalid bytes are refused.
/// </summary>
internal static class Utf8Lines
{
    // A reader skips the mark of an encoding that would write one.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    /// <exception cref="DataFormatException">The file is not UTF-8.</exception>
    public static IEnumerable<string> Read(string path)
    {
        var blank = new List<string>();
        foreach (var line in All(path))
        {
            blank.Add(line);
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            foreach (var pending in blank)
            {
                yield return pending;
            }

            blank.Clear();
        }
    }

    private static IEnumerable<string> All(string path)
    {
        // Detection would answer any mark with a decoder that accepts invalid bytes.
        using var reader = new StreamReader(path, Strict, detectEncodingFromByteOrderMarks: false);
        for (var line = 1; ; line++)
        {
            string? text;
            try
            {
                text = reader.ReadLine();
            }
            catch (DecoderFallbackException)
            {
                throw new DataFormatException(path, line, "bytes that are not UTF-8 (in this line or shortly after it)", "UTF-8 text");
            }

            if (text is null)
            {
                yield break;
            }

            yield return text;
        }
    }
}
