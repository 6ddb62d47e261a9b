using System.Text;

namespace ModelZoo.Tokenizers;

/// <summary>
/// GPT-2's way to write bytes as text: a byte that is a printable character of Latin-1 as that, the others as characters from U+0100 on.
/// </summary>
internal static class ByteCharacters
{
    private const char FirstOther = '\u0100';

    private static readonly string Characters = Make();
    private static readonly Dictionary<char, byte> Values = Characters.Index().ToDictionary(item => item.Item, item => (byte)item.Index);

    /// <summary>The bytes that a token stands for; one with other characters, such as a special token, stands for its own text.</summary>
    public static byte[] Bytes(string token) =>
        token.All(Values.ContainsKey) ? [.. token.Select(character => Values[character])] : Encoding.UTF8.GetBytes(token);

    /// <summary>A text's bytes as characters.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(bytes.Length, bytes, (characters, values) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                characters[i] = Characters[values[i]];
            }
        });
    }

    private static string Make()
    {
        var (characters, others) = (new StringBuilder(), 0);
        for (var value = 0; value <= byte.MaxValue; value++)
        {
            var isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            characters.Append(isPrintable ? (char)value : (char)(FirstOther + others++));
        }

        return characters.ToString();
    }
}
