using FsCheck;
using FsCheck.Fluent;
using Training.Data;
using Training.Randomness;

namespace Training.Tests;

/// <summary>Laws that hold for every input, tried on seeded random ones.</summary>
public sealed class PropertyTests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithReplay(5, 7);

    [Fact]
    public void Samples_and_permutations_hold_each_index_once() =>
        Prop.ForAll(Gen.Choose(1, 500).ToArbitrary(), n =>
            new NumpyRandom((uint)n).Permutation(n).Order().SequenceEqual(Enumerable.Range(0, n))
            && new PythonRandom((uint)n).Sample(n, n / 2).Distinct().Count() == n / 2).Check(Seeded);

    [Fact]
    public void A_padded_batch_gives_back_its_rows() =>
        Prop.ForAll(Gen.ArrayOf(Gen.NonEmptyListOf(Gen.Choose(0, 9)).Select(row => row.ToArray())).Where(rows => rows.Length > 0).ToArbitrary(), rows =>
        {
            var batch = PaddedBatch.Collate(rows, paddingId: 0);
            var (ids, mask) = (batch.InputIds.ToArray(), batch.AttentionMask.ToArray());
            return rows.Select((row, i) => ids
                    .Skip(i * batch.Columns).Take(batch.Columns)
                    .Where((_, column) => mask[i * batch.Columns + column] == 1)
                    .SequenceEqual(row.Select(id => (long)id)))
                .All(equal => equal);
        }).Check(Seeded);
}
