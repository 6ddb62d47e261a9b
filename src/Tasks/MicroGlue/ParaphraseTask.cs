using Tasks.Glue;
using Training.Randomness;

namespace Tasks.MicroGlue;

/// <summary>MRPC's shape: do two sentences have the same meaning?</summary>
internal sealed class ParaphraseTask(Lexicon lexicon, Pcg32 random, bool heldOut) : MicroTask(lexicon, random, heldOut)
{
    // The share of paraphrases in MRPC.
    private const int ParaphrasePercent = 68;
    private const int ModifierPercent = 25;
    private const int SynonymPercent = 40;

    public override GlueExample? Next()
    {
        var first = Source.Next(ModifierPercent);
        var second = Edits.Synonyms(first, SynonymPercent);
        var isParaphrase = Random.Chance(ParaphrasePercent);
        var changed = isParaphrase ? second : Edits.Any(
            second,
            Edits.SwapRoles, Edits.SwapNumbers, Edits.ReplaceObject, Edits.ReplaceVerb, Edits.ReplaceTime, Edits.ReplacePlace,
            Edits.OppositeVerb, Edits.OppositeManner, Edits.OppositeAdjective);
        return changed is null ? null : new GlueExample(Render(first), Render(changed), isParaphrase ? 1 : 0);
    }
}
