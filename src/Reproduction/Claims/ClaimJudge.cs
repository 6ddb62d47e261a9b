using System.Globalization;
using Reproduction.Published;
using Reproduction.Reporting;

namespace Reproduction.Claims;

/// <summary>
/// Decides claims: a task bears a claim out when the subject's value stands in the claimed relation to every rival's beyond
/// noise, and contradicts it when it stands beyond noise in the opposite relation to one of them. "Beyond noise" is at 95 %
/// confidence; for a contradiction, to which one of several rivals is enough, at 1 - 0.05 / rivals (Bonferroni), so that many
/// rivals do not make one by chance. A task that cannot rank methods decides nothing, and neither does a verdict that is another one
/// with the parameters of the last step than with the ones that were kept.
/// </summary>
internal sealed class ClaimJudge
{
    /// <summary>What "beyond noise" means, for readers of a report.</summary>
    public const string Rule =
        "Holds: beyond noise against every rival, at 95 % confidence. Fails: beyond noise against one of them, at 1 - 0.05 / rivals. "
        + "Inconclusive too: another verdict with the last parameters than with the kept ones.";

    private const double Confidence = 0.95;

    private readonly IReadOnlyList<ResultRow> _rows;
    private readonly Func<ResultRow, Predictions?> _predictions;
    private readonly IReadOnlyDictionary<string, string> _unranked;

    /// <param name="rows">Measured and derived values, and those that follow from shapes.</param>
    /// <param name="predictions">The predictions behind a row, or null.</param>
    /// <param name="unranked">The tasks that cannot rank methods, with the reasons.</param>
    public ClaimJudge(
        IReadOnlyList<ResultRow> rows, Func<ResultRow, Predictions?> predictions, IReadOnlyDictionary<string, string> unranked) =>
        (_rows, _predictions, _unranked) = (rows, predictions, unranked);

    public ClaimResult Judge(ClaimRule rule)
    {
        var kept = JudgeOnce(rule);
        var last = LastStepRows.Of(_rows, rule.Metrics);
        if (last.IsEmpty)
        {
            return kept;
        }

        var atLast = new ClaimJudge(last.Rows, row => _predictions(last.Original(row)), _unranked).JudgeOnce(rule);
        return atLast.Verdict == kept.Verdict
            ? kept with { Evidence = $"{kept.Evidence}; {kept.Verdict} with the parameters of the last step too" }
            : kept with
            {
                Verdict = ClaimVerdict.Inconclusive,
                Evidence = $"{kept.Verdict} with the parameters that were kept: {kept.Evidence}; {atLast.Verdict} with those of the last "
                    + $"step: {atLast.Evidence}",
            };
    }

    private ClaimResult JudgeOnce(ClaimRule rule)
    {
        var evidence = new List<(string Subject, string Rival, string Basis)>();
        var missing = new List<(ClaimMethod Method, string Task)>();
        var outcomes = rule.Tasks.Select(task => Task(rule, task, evidence, missing)).ToList();
        var texts = evidence.GroupBy(entry => (entry.Subject, entry.Basis))
            .Select(group => $"{group.Key.Subject} against {string.Join(", ", group.Select(entry => entry.Rival))} ({group.Key.Basis})")
            .Concat(missing.Distinct().GroupBy(gap => gap.Method)
                .Select(gap => $"no {string.Join('/', rule.Metrics)} of {gap.Key}{On(gap.Select(entry => entry.Task))}"))
            .Concat(rule.Tasks.Where(_unranked.ContainsKey).Select(task => $"{task} left out: {_unranked[task]}"));
        var borneOut = outcomes.Count(outcome => outcome == ClaimVerdict.Holds);
        var contradicted = outcomes.Count(outcome => outcome == ClaimVerdict.Fails);
        var verdict = borneOut >= rule.AtLeast ? ClaimVerdict.Holds
            : outcomes.Count - contradicted < rule.AtLeast ? ClaimVerdict.Fails
            : ClaimVerdict.Inconclusive;
        return new ClaimResult(rule.Id, rule.Text, rule.Source, verdict, string.Join("; ", texts));
    }

    private ClaimVerdict Task(
        ClaimRule rule, string task, List<(string Subject, string Rival, string Basis)> evidence,
        List<(ClaimMethod Method, string Task)> missing)
    {
        if (_unranked.ContainsKey(task))
        {
            return ClaimVerdict.Inconclusive;
        }

        var verdict = ClaimVerdict.Holds;
        foreach (var rivalMethod in rule.Rivals)
        {
            var (subject, rival) = AtTheEnd(Rows(rule, rule.Subject, task), Rows(rule, rivalMethod, task));
            if (subject.Count == 0 || rival.Count == 0)
            {
                missing.Add((subject.Count == 0 ? rule.Subject : rivalMethod, task));
                verdict = Worse(verdict, ClaimVerdict.Inconclusive);
                continue;
            }

            var comparison = Compare(Confidence);
            var outcome = Outcome(rule.Relation, comparison.Sign);
            if (outcome == ClaimVerdict.Fails
                && Outcome(rule.Relation, Compare(1 - ((1 - Confidence) / rule.Rivals.Count)).Sign) != ClaimVerdict.Fails)
            {
                outcome = ClaimVerdict.Inconclusive;
            }

            var prefix = task.Length == 0 ? "" : $"{task}: ";
            var factor = rule.Factor == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"× {rule.Factor} = ");
            evidence.Add((
                $"{prefix}{rule.Subject} {ReportTable.Number(comparison.Subject)}",
                $"{rivalMethod} {factor}{ReportTable.Number(comparison.Rival)} {outcome}",
                subject[0].Seed is null && rival[0].Seed is null ? "planned, from shapes" : comparison.Basis));
            verdict = Worse(verdict, outcome);

            MethodComparison Compare(double confidence) =>
                MethodComparison.Of(subject, rival, rule.Factor, IsExact(rule, subject), _predictions, confidence);
        }

        return verdict;
    }

    private static string On(IEnumerable<string> tasks) => string.Join(", ", tasks) is { Length: > 0 } text ? $" on {text}" : "";

    private List<ResultRow> Rows(ClaimRule rule, ClaimMethod method, string task) =>
        [.. _rows.Where(row => row.Task == task && rule.Metrics.Contains(row.Metric) && method.Matches(row))];

    // The values without a step, or else those at the last step that all trials of both methods reach.
    private static (List<ResultRow> Subject, List<ResultRow> Rival) AtTheEnd(List<ResultRow> subject, List<ResultRow> rival)
    {
        List<ResultRow> both = [.. subject, .. rival];
        var step = both.Count == 0 || both.Any(row => row.Step is null)
            ? null
            : both.GroupBy(row => (row.Method, row.Rank, row.Seed)).Min(trial => trial.Max(row => row.Step));
        return (subject.FindAll(row => row.Step == step), rival.FindAll(row => row.Step == step));
    }

    private static bool IsExact(ClaimRule rule, List<ResultRow> subject) =>
        rule.Relation == "=" || PlannedRows.IsPlanned(subject[0].Metric);

    private static ClaimVerdict Outcome(string relation, int? sign) => (relation, sign) switch
    {
        (_, null) => ClaimVerdict.Inconclusive,
        ("=" or "<=" or ">=", 0) or ("<" or "<=", -1) or (">" or ">=", 1) => ClaimVerdict.Holds,
        _ => ClaimVerdict.Fails,
    };

    private static ClaimVerdict Worse(ClaimVerdict a, ClaimVerdict b) =>
        a == ClaimVerdict.Fails || b == ClaimVerdict.Fails ? ClaimVerdict.Fails
        : a == ClaimVerdict.Inconclusive || b == ClaimVerdict.Inconclusive ? ClaimVerdict.Inconclusive
        : ClaimVerdict.Holds;
}
