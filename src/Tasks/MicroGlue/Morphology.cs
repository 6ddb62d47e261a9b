namespace Tasks.MicroGlue;

/// <summary>The regular forms of English words.</summary>
internal static class Morphology
{
    private const string Vowels = "aeiou";

    /// <summary>The plural of a noun, or the third person of a verb.</summary>
    public static string WithS(string word) =>
        word.EndsWith('s') || word.EndsWith('x') || word.EndsWith(
            "sh", StringComparison.Ordinal) || word.EndsWith("ch", StringComparison.Ordinal) ? word + "es"
        : word.EndsWith('y') && !Vowels.Contains(word[^2], StringComparison.Ordinal) ? word[..^1] + "ies"
        : word + "s";

    /// <summary>The past tense of a verb that does not double its last letter.</summary>
    public static string Past(string verb) => verb.EndsWith('e') ? verb + "d" : verb + "ed";

    /// <summary>"a" or "an", for the words of the lexicon, of which one has a silent h.</summary>
    public static string Article(string next) =>
        Vowels.Contains(next[0], StringComparison.Ordinal) || next.StartsWith("honest", StringComparison.Ordinal) ? "an" : "a";

    /// <summary>A sentence from its words: a capital, and a mark at the end.</summary>
    public static string Sentence(string words, char end = '.') => char.ToUpperInvariant(words[0]) + words[1..] + end;
}
