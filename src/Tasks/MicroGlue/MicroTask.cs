using Tasks.Glue;
using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>Generates the examples of one split of one task.</summary>
internal abstract class MicroTask
{
    private const int PassivePercent = 40;
    private const int TimeFirstPercent = 40;

    /// <param name="lexicon">The words.</param>
    /// <param name="random">The random numbers of the split.</param>
    /// <param name="heldOut">Whether this is the development split.</param>
    protected MicroTask(Lexicon lexicon, Pcg32 random, bool heldOut)
    {
        (Lexicon, Random, HeldOut) = (lexicon, random, heldOut);
        Source = new ClauseSource(lexicon, random, heldOut);
        Edits = new ClauseEdits(lexicon, Source, random);
    }

    protected Lexicon Lexicon { get; }

    protected Pcg32 Random { get; }

    protected bool HeldOut { get; }

    protected ClauseSource Source { get; }

    protected ClauseEdits Edits { get; }

    /// <summary>One example; null where the random choices give none.</summary>
    public abstract GlueExample? Next();

    /// <summary>A clause as a sentence, in one of its word orders.</summary>
    protected string Render(Clause clause) => Morphology.Sentence(Words(clause));

    /// <summary>A clause in one of its word orders.</summary>
    protected string Words(Clause clause) => clause.Words(Random.Chance(PassivePercent), Random.Chance(TimeFirstPercent));
}
