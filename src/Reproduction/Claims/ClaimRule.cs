namespace Reproduction.Claims;

/// <summary>A claim of the paper as a rule over results: a line of data/published/claims.csv.</summary>
/// <param name="Id">The claim's name.</param>
/// <param name="Experiment">The experiment whose results decide it.</param>
/// <param name="Text">The claim in words.</param>
/// <param name="Source">Where the paper makes it.</param>
/// <param name="Subject">The method that the claim is about.</param>
/// <param name="Relation">
/// How the subject's value stands to each rival's: <c>&lt;</c>, <c>&gt;</c>, <c>&lt;=</c>, <c>&gt;=</c> or <c>=</c>.
/// </param>
/// <param name="Rivals">The methods it is compared with.</param>
/// <param name="Metrics">The metric; where tasks have different ones, all of them.</param>
/// <param name="Tasks">The tasks; an empty name for values of the method itself.</param>
/// <param name="Factor">What a rival's value is multiplied with first.</param>
/// <param name="AtLeast">On how many tasks the relation has to hold against all rivals.</param>
public sealed record ClaimRule(
    string Id, string Experiment, string Text, string Source, ClaimMethod Subject, string Relation,
    IReadOnlyList<ClaimMethod> Rivals, IReadOnlyList<string> Metrics, IReadOnlyList<string> Tasks, double Factor, int AtLeast);
