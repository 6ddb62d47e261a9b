using System.Text.RegularExpressions;
using Tasks.MathWords;

namespace Tasks.Gsm8k;

/// <summary>The answers of GSM8K: a calculation, then <c>#### </c> and a number.</summary>
internal static partial class Gsm8kAnswer
{
    private const string Mark = "#### ";

    /// <summary>What keeps a problem's answer from being one, or null.</summary>
    public static (string Found, string Expected)? Fault(WordProblem problem)
    {
        const string Expected = $"'{Mark}' and a number at its end";
        var mark = problem.Answer.LastIndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0)
        {
            return ("an answer without '####' and a space", Expected);
        }

        var number = problem.Answer[(mark + Mark.Length)..];
        return Number().IsMatch(number) ? null : ($"an answer that ends in '{Mark}{number}'", Expected);
    }

    [GeneratedRegex(@"\A-?[0-9][0-9,]*(\.[0-9]+)?\z")]
    private static partial Regex Number();
}
