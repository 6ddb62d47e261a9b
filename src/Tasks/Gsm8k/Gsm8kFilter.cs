using System.Text.RegularExpressions;

namespace Tasks.Gsm8k;

/// <summary>How lm-eval 0.4.2 takes the answer out of a response and scores it.</summary>
public static partial class Gsm8kFilter
{
    /// <summary>The answer of a response without one; it is never right.</summary>
    public const string Invalid = "[invalid]";

    /// <summary>The first number after <c>#### </c>.</summary>
    public static Gsm8kExtraction StrictMatch(string response, string reference) =>
        Score(Marked().Match(response) is { Success: true } match ? match.Groups[1].Value : Invalid, reference);

    /// <summary>
    /// The last number, or the last run of two or more of <c>$</c>, digits, points and commas: also <c>...</c>.
    /// </summary>
    public static Gsm8kExtraction FlexibleExtract(string response, string reference) =>
        Score(Number().Matches(response) is [.., var match] ? match.Value : Invalid, reference);

    // The metric exact_match of huggingface/evaluate with the task's regexes_to_ignore and ignore_case.
    private static Gsm8kExtraction Score(string answer, string reference) => new(answer, Normalize(answer) == Normalize(reference));

    private static string Normalize(string text)
    {
        var plain = text.Replace(",", "", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal);
        return LastPoint().Replace(Reasoning().Replace(plain, ""), "").ToLowerInvariant();
    }

    [GeneratedRegex(@"#### (-?[0-9.,]+)")]
    private static partial Regex Marked();

    [GeneratedRegex(@"-?[$0-9.,]{2,}|-?[0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex(".*#### ", RegexOptions.Singleline)]
    private static partial Regex Reasoning();

    [GeneratedRegex(@"\.$")]
    private static partial Regex LastPoint();
}
