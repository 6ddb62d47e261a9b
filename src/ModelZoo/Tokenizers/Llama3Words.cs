namespace ModelZoo.Tokenizers;

/// <summary>The words of Llama 3, <see cref="Pattern"/>.</summary>
internal sealed class Llama3Words : WordPattern
{
    /// <summary>The regular expression as the published tokenizers have it.</summary>
    public const string Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const int MostDigits = 3;

    // In any case s is the long s too.
    private const char LongS = '\u017F';

    /// <inheritdoc/>
    protected override int WordEnd(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && start + 1 < text.Length && text[start + 1] == LongS)
        {
            return start + 2;
        }

        if (ContractionLength(text, start, StringComparison.OrdinalIgnoreCase) is > 0 and var contraction)
        {
            return start + contraction;
        }

        var of = CharacterClasses.At(text, start, out var length);
        if (of == CharacterClass.Letter)
        {
            return CharacterClasses.RunEnd(text, start, of);
        }

        if (of == CharacterClass.Number)
        {
            return CharacterClasses.RunEnd(text, start, of, MostDigits);
        }

        var second = start + length;
        if (!IsLineEnd(text[start]) && CharacterClasses.RunEnd(text, second, CharacterClass.Letter) is var letters && letters > second)
        {
            return letters;
        }

        var sign = text[start] == ' ' ? second : start;
        var signs = CharacterClasses.RunEnd(text, sign, CharacterClass.Other);
        return signs > sign ? LineEndsEnd(text, signs) : WhiteSpaceEnd(text, start);
    }

    private static int WhiteSpaceEnd(ReadOnlySpan<char> text, int start)
    {
        var end = CharacterClasses.RunEnd(text, start, CharacterClass.Space);
        var lineEnd = text[start..end].LastIndexOfAny('\r', '\n');
        return lineEnd >= 0 ? start + lineEnd + 1 : SpacesEnd(start, end, end < text.Length);
    }

    private static int LineEndsEnd(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && IsLineEnd(text[end]))
        {
            end++;
        }

        return end;
    }

    private static bool IsLineEnd(char unit) => unit is '\r' or '\n';
}
