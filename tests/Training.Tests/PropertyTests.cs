using FsCheck;
using FsCheck.Fluent;
using Training.Data;
using Training.Randomness;

namespace Training.Tests;

/// <summary>Laws that hold for every input, tried on seeded random ones.</summary>
public sealed class PropertyTests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithReplay(5, 7);

    private static readonly Arbitrary<int[][]> Sequences = Gen.ArrayOf(Gen.NonEmptyListOf(Gen.Choose(0, 9)).Select(ids => ids.ToArray()))
        .Where(sequences => sequences.Length > 0)
        .ToArbitrary();

    [Fact]
    public void Samples_and_permutations_hold_each_index_once() =>
        Prop.ForAll(Gen.Choose(1, 500).ToArbitrary(), n =>
            new NumpyRandom((uint)n).Permutation(n).Order().SequenceEqual(Enumerable.Range(0, n))
            && new PythonRandom((uint)n).Sample(n, n / 2).Distinct().Count() == n / 2).Check(Seeded);

    [Fact]
    public void A_padded_batch_gives_back_its_sequences() =>
        Prop.ForAll(Sequences, sequences =>
        {
            var batch = PaddedBatch.Collate(sequences, paddingId: 0);
            var (ids, mask) = (batch.InputIds.ToArray(), batch.AttentionMask.ToArray());
            return sequences.Select((sequence, i) => ids
                    .Skip(i * batch.SequenceLength).Take(batch.SequenceLength)
                    .Where((_, column) => mask[i * batch.SequenceLength + column] == 1)
                    .SequenceEqual(sequence.Select(id => (long)id)))
                .All(equal => equal);
        }).Check(Seeded);
}
