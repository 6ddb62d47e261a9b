using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using Pretrain.Deberta;
using SpectralExperiments.Tests;
using Tasks.MicroGlue;
using TorchSharp;
using static TorchSharp.torch;

namespace Pretrain.Tests;

public sealed class MaskedLanguageModelTests
{
    private static readonly DebertaTokenizer Tokenizer = DebertaTokenizer.Load(RepositoryPaths.Fixture("pretrain", "spm.model"));
    private static readonly DebertaConfig Config = TinyRun.Settings.Model(Tokenizer.VocabularySize);

    [Fact]
    public void Masking_masks_about_15_percent_of_the_words_and_nothing_else()
    {
        using var seeded = manual_seed(1);
        int[] sequence = [1, .. Enumerable.Range(0, 98).Select(i => 4 + (i % 100)), 2];
        var sequences = Enumerable.Repeat(sequence, 100).ToList();
        var batch = MaskedBatch.Of(sequences, Tokenizer, new HashSet<int>());

        Assert.InRange(batch.Positions.Length / 9800.0, 0.13, 0.17);
        Assert.All(batch.Positions, position => Assert.InRange(batch.Original[position], 4, int.MaxValue));
        var masked = batch.Positions.Count(position => batch.Masked[position] == Tokenizer.MaskTokenId);
        Assert.InRange(masked / (double)batch.Positions.Length, 0.75, 0.85);
        var chosen = batch.Positions.ToHashSet();
        Assert.All(
            Enumerable.Range(0, batch.Original.Length).Where(i => !chosen.Contains(i)),
            i => Assert.Equal(batch.Original[i], batch.Masked[i]));
        Assert.Equal(batch.Positions.Select(position => batch.Original[position]), batch.Labels);
    }

    [Fact]
    public void Salient_words_are_masked_more_often()
    {
        using var seeded = manual_seed(1);
        int[] sequence = [1, .. Enumerable.Repeat(5, 50), .. Enumerable.Repeat(6, 50), 2];
        var batch = MaskedBatch.Of([.. Enumerable.Repeat(sequence, 100)], Tokenizer, new HashSet<int> { 6 });

        Assert.InRange(batch.Labels.Count(id => id == 5) / 5000.0, 0.13, 0.17);
        Assert.InRange(batch.Labels.Count(id => id == 6) / 5000.0, 0.57, 0.63);
    }

    [Fact]
    public void The_joining_words_are_pieces_of_the_vocabulary_of_the_zoo()
    {
        var tokenizer = DebertaTokenizer.Load(Path.Combine(RepositoryPaths.Root, "data", "zoo", "deberta-mini", "spm.model"));
        Assert.Equal(MicroGlueData.JoiningWords.Count, JoiningWords.Of(tokenizer).Ids.Count);
    }

    [Fact]
    public void Keys_start_at_their_queries_weights_in_every_layer()
    {
        using var generator = new Generator(1);
        using var model = new MaskedLanguageModel(Config, generator);
        var parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        var queries = parameters.Keys.Where(name => name.EndsWith("query_proj.weight", StringComparison.Ordinal)).ToList();

        Assert.Equal(Config.NumHiddenLayers, queries.Count);
        Assert.All(queries, name => Assert.Equal(
            parameters[name].data<float>(), parameters[name.Replace("query_proj", "key_proj", StringComparison.Ordinal)].data<float>()));
    }

    [Fact]
    public void The_seed_of_the_step_decides_the_masks()
    {
        Assert.Equal(Masked(1), Masked(1));
        Assert.NotEqual(Masked(1), Masked(2));

        static long[] Masked(long seed)
        {
            using var seeded = manual_seed(seed);
            return MaskedBatch.Of([[1, .. Enumerable.Range(4, 60), 2]], Tokenizer, new HashSet<int>()).Masked;
        }
    }

    [Fact]
    public void Packed_sequences_hold_the_text_in_order()
    {
        string[] lines = ["the baker bought the lamp", "a sad violin", "the cat slept near the old station"];
        var stream = TokenSequences.OfLines(Tokenizer, lines).ToArray();
        var sequences = TokenSequences.Pack(Tokenizer, stream, count: 100, length: 10);

        Assert.True(sequences.Count > 1);
        Assert.All(sequences, sequence => Assert.Equal(
            (10, Tokenizer.ClassificationTokenId, Tokenizer.SeparatorTokenId), (sequence.Length, sequence[0], sequence[^1])));
        Assert.Equal(stream[..(sequences.Count * 8)], sequences.SelectMany(sequence => sequence[1..^1]));
        Assert.Single(TokenSequences.Pack(Tokenizer, stream, count: 1, length: 10));
    }

    [Fact]
    public void Paragraphs_begin_their_sequences_and_lose_what_does_not_fit()
    {
        string[][] paragraphs = [["a sad violin", "the cat slept near the old station"], ["the baker bought the lamp"]];
        var endless = Enumerable.Repeat(paragraphs, 20).SelectMany(paragraph => paragraph);
        int[] first = [.. Tokenizer.Encode("a sad violin"), Tokenizer.SeparatorTokenId];
        int[] second = [.. Tokenizer.Encode("the baker bought the lamp"), Tokenizer.SeparatorTokenId];

        var sequences = TokenSequences.OfParagraphs(Tokenizer, endless, count: 9, length: first.Length + 4);

        Assert.Equal(9, sequences.Count);
        Assert.All(sequences, sequence => Assert.Equal(
            (first.Length + 4, Tokenizer.ClassificationTokenId, Tokenizer.SeparatorTokenId), (sequence.Length, sequence[0], sequence[^1])));
        Assert.All(sequences, sequence => Assert.True(
            sequence.Skip(1).Take(first.Length).SequenceEqual(first)
            || sequence.Skip(1).Zip(second).All(pair => pair.First == pair.Second || pair.First == Tokenizer.SeparatorTokenId)));
        Assert.Contains(sequences, sequence => sequence.Skip(1).Take(first.Length).SequenceEqual(first));
    }
}
