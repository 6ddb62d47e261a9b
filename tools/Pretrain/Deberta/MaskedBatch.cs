using ModelZoo.Tokenizers;
using Training.Randomness;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>Sequences with some of their tokens masked (Devlin et al. 2019, section 3.1).</summary>
/// <param name="Original">[B * T], the sequences.</param>
/// <param name="Masked">[B * T], the same after masking.</param>
/// <param name="Positions">[M], where a token is to be predicted, as an index into the B * T.</param>
internal sealed record MaskedBatch(long[] Original, long[] Masked, long[] Positions)
{
    private const int ChosenPercent = 15;
    private const int SalientPercent = 60;
    private const int MaskPercent = 80;
    private const int RandomPercent = 10;

    // [PAD], [CLS], [SEP] and [UNK] come first.
    private const int SpecialIds = 4;

    /// <summary>The tokens to be predicted. [M]</summary>
    public long[] Labels => [.. Positions.Select(position => Original[position])];

    /// <summary>Chooses and masks tokens with the random numbers of the step.</summary>
    /// <param name="sequences">B sequences of T tokens, of which the first is [CLS] or the word to be predicted there.</param>
    /// <param name="tokenizer">Gives [MASK] and the range of ids.</param>
    /// <param name="salient">
    /// Ids that are masked more often than others, as they are more informative (Guu et al. 2020, section 3.4).
    /// </param>
    public static MaskedBatch Of(IReadOnlyList<int[]> sequences, DebertaTokenizer tokenizer, IReadOnlySet<int> salient)
    {
        // The trainer seeds torch's generator at every step, which makes a resumed run draw the same masks.
        using var seed = randint(int.MaxValue, [1L]); // [1]
        var random = new Pcg32((ulong)seed.item<long>(), stream: 0);
        var original = sequences.SelectMany(sequence => sequence.Select(id => (long)id)).ToArray();
        var masked = (long[])original.Clone();
        var positions = new List<long>();
        for (var i = 0; i < original.Length; i++)
        {
            // A word in the place of [CLS] is predicted there.
            if (i % sequences[0].Length == 0 && original[i] != tokenizer.ClassificationTokenId)
            {
                positions.Add(i);
                masked[i] = tokenizer.ClassificationTokenId;
                continue;
            }

            if (original[i] < SpecialIds || !random.Chance(salient.Contains((int)original[i]) ? SalientPercent : ChosenPercent))
            {
                continue;
            }

            positions.Add(i);
            var way = random.Below(100);
            masked[i] = way < MaskPercent ? tokenizer.MaskTokenId
                : way < MaskPercent + RandomPercent ? SpecialIds + random.Below(tokenizer.VocabularySize - SpecialIds)
                : original[i];
        }

        // A short sequence may be spared by chance; a loss needs one position.
        if (positions.Count == 0)
        {
            var first = Array.FindIndex(original, id => id >= SpecialIds);
            positions.Add(Math.Max(first, 0));
        }

        return new MaskedBatch(original, masked, [.. positions]);
    }
}
