using Training.Data;

namespace Training.Tests.Data;

public sealed class BatchTests
{
    [Fact]
    public void Random_batches_visit_examples_in_the_order_of_the_trainer()
    {
        foreach (var entry in Fixtures.Json("data", "random_orders.json").GetProperty("torch_data_orders").EnumerateArray())
        {
            var sampler = new RandomBatchSampler(entry.GetProperty("n").GetInt32(), 32, entry.GetProperty("seed").GetInt32());
            var epochs = entry.GetProperty("first_per_epoch").EnumerateArray().ToList();
            for (var epoch = 0; epoch < epochs.Count; epoch++)
            {
                var order = sampler.Epoch(epoch).SelectMany(batch => batch).ToArray();
                Assert.Equal(epochs[epoch].Ints(), order[..entry.GetProperty("keep").GetInt32()]);
            }
        }
    }

    [Theory]
    [InlineData(64, 32, 2)]
    [InlineData(65, 32, 3)]
    [InlineData(7, 8, 1)]
    public void Every_epoch_visits_every_example_once(int count, int batchSize, int batches)
    {
        var lengths = Enumerable.Range(0, count).Select(i => i * 7 % 13).ToList();
        foreach (var sampler in new IBatchSampler[]
                 {
                     new RandomBatchSampler(count, batchSize, 1), new LengthBucketedBatchSampler(lengths, batchSize, 1),
                 })
        {
            var (first, again, second) = (sampler.Epoch(0), sampler.Epoch(0), sampler.Epoch(1));

            Assert.Equal(batches, sampler.BatchesPerEpoch);
            Assert.Equal(batches, first.Count);
            Assert.Equal(Enumerable.Range(0, count), first.SelectMany(batch => batch).Order());
            Assert.Equal(first, again);
            Assert.Equal(Enumerable.Range(0, count), second.SelectMany(batch => batch).Order());
            Assert.True(batches == 1 || !first.SequenceEqual(second, EqualityComparer<int[]>.Create((a, b) => a!.SequenceEqual(b!))));
        }
    }

    [Fact]
    public void Length_buckets_pad_less()
    {
        var random = new Random(5);
        var lengths = Enumerable.Range(0, 2_000).Select(_ => random.Next(5, 200)).ToList();

        var bucketed = Padding(new LengthBucketedBatchSampler(lengths, 16, 0));
        var shuffled = Padding(new RandomBatchSampler(lengths.Count, 16, 0));

        Assert.True(bucketed < shuffled / 5, $"found {bucketed} padded tokens in buckets and {shuffled} shuffled");

        int Padding(IBatchSampler sampler) =>
            sampler.Epoch(0).Sum(batch => batch.Sum(example => batch.Max(other => lengths[other]) - lengths[example]));
    }

    [Fact]
    public void Evaluation_batches_keep_the_order_of_the_examples()
    {
        Assert.Equal([[0, 1], [2, 3], [4]], Batches.Sequential(5, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Batches.Sequential(5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomBatchSampler(0, 8, 0));
    }

    [Fact]
    public void Padding_follows_the_lengths_even_where_a_token_is_the_padding_id()
    {
        var batch = PaddedBatch.Collate([[1, 0, 2], [3], [0, 0]], paddingId: 0);
        var (ids, mask) = batch.ToTensors();

        Assert.Equal((3, 3, 6), (batch.BatchSize, batch.SequenceLength, batch.TokenCount));
        Assert.Equal([1, 0, 2, 3, 0, 0, 0, 0, 0], ids.data<long>().ToArray());
        Assert.Equal([1, 1, 1, 1, 0, 0, 1, 1, 0], mask.data<long>().ToArray());
        Assert.Equal([3, 3], ids.shape);
        Assert.Contains("sequence 1", Assert.Throws<ArgumentException>(() => PaddedBatch.Collate([[1], []], 0)).Message);
    }
}
