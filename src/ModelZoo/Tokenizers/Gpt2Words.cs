namespace ModelZoo.Tokenizers;

/// <summary>
/// The words of GPT-2, <c>'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c> (Hugging Face's ByteLevel), after
/// numbers have been taken out digit by digit where a tokenizer does so (its Digits).
/// </summary>
/// <param name="individualDigits">Whether every character of \p{N} is a word of its own, which takes no space along.</param>
internal sealed class Gpt2Words(bool individualDigits) : WordPattern
{
    /// <inheritdoc/>
    protected override int WordEnd(ReadOnlySpan<char> text, int start)
    {
        if (ContractionLength(text, start, StringComparison.Ordinal) is > 0 and var contraction)
        {
            return start + contraction;
        }

        var first = start;
        if (text[start] == ' ' && start + 1 < text.Length && TakesSpace(CharacterClasses.At(text, start + 1, out _)))
        {
            first++;
        }

        var of = CharacterClasses.At(text, first, out _);
        var end = CharacterClasses.RunEnd(text, first, of, of == CharacterClass.Number && individualDigits ? 1 : int.MaxValue);
        return of == CharacterClass.Space
            // Text before a digit is a text of its own, which the white space ends.
            ? SpacesEnd(start, end, end < text.Length && TakesSpace(CharacterClasses.At(text, end, out _)))
            : end;
    }

    private bool TakesSpace(CharacterClass next) =>
        next is not CharacterClass.Space && !(next is CharacterClass.Number && individualDigits);
}
