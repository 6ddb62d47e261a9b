namespace Tasks.MicroGlue;

/// <summary>What a sentence says: an event in the past, or that it did not happen.</summary>
/// <param name="Subject">Who did it.</param>
/// <param name="Verb">What was done; transitive.</param>
/// <param name="Object">To what.</param>
internal sealed record Clause(NounPhrase Subject, Verb Verb, NounPhrase Object)
{
    public Adjective? Manner { get; init; }

    public NounPhrase? Place { get; init; }

    public Adjective? Time { get; init; }

    public bool IsNegated { get; init; }

    /// <summary>The words of the clause, without capital and full stop.</summary>
    /// <param name="passive">Whether the object comes first.</param>
    /// <param name="timeFirst">Whether the clause begins with the time, if it has one.</param>
    /// <param name="agent">Whether a passive clause says who did it.</param>
    public string Words(bool passive = false, bool timeFirst = false, bool agent = true)
    {
        var core = passive
            ? $"{Object} {(Object.IsPlural ? "were" : "was")}{(IsNegated ? " not" : "")} {Verb.Participle}{(agent ? $" by {Subject}" : "")}"
            : $"{Subject} {(IsNegated ? $"did not {Verb.Base}" : Verb.Past)} {Object}";
        core += Manner is null ? "" : $" {Manner.Text}";
        core += Place is null ? "" : $" near {Place}";
        return Time is null ? core
            : timeFirst ? $"{Time.Text} {core}"
            : $"{core} {Time.Text}";
    }
}
