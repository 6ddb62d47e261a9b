using ModelZoo.Decoder;
using SpectralExperiments.Tests.ModelZoo.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

public sealed class DecoderCheckpointTests
{
    private const string Head = "lm_head.weight";
    private const string Embedding = "model.embed_tokens.weight";
    private const string Query = "model.layers.1.self_attn.q_proj.weight";

    [Theory]
    [InlineData("llama", "untied")]
    [InlineData("llama", "tied")]
    [InlineData("mistral", "sliding")]
    public void A_published_layout_is_opened(string family, string fixture)
    {
        using var folder = new DecoderFolder(family, fixture);
        using var checkpoint = DecoderCheckpoint.Open(folder.Root);

        Assert.Equal(fixture == "sliding" ? 8 : null, checkpoint.Config.SlidingWindow);
        Assert.Equal(fixture != "tied", checkpoint.Weights.Contains(Head));
        Assert.Equal(folder.Tensors[Query].bytes.ToArray(), checkpoint.Weights.Read(Query).bytes.ToArray());
    }

    [Fact]
    public void Shards_are_opened_through_their_index()
    {
        using var folder = DecoderFolder.Untied;
        File.Delete(folder.Weights);
        ShardedFolder.Write(folder.Root, folder.Tensors, shards: 3);
        using var checkpoint = DecoderCheckpoint.Open(folder.Root);

        Assert.Equal(folder.Tensors[Query].bytes.ToArray(), checkpoint.Weights.Read(Query).bytes.ToArray());
    }

    [Fact]
    public void A_shard_of_another_model_is_refused_before_anything_is_loaded()
    {
        using var folder = DecoderFolder.Untied;
        using var other = DecoderFolder.Tied;
        File.Delete(folder.Weights);
        ShardedFolder.Write(folder.Root, folder.Tensors, shards: 2);
        ShardedFolder.Write(other.Root, other.Tensors, shards: 2);
        var shard = ShardedFolder.ShardName(1, 2);
        File.Copy(Path.Combine(other.Root, shard), Path.Combine(folder.Root, shard), overwrite: true);

        Assert.Contains(Path.Combine(folder.Root, shard), folder.Refused());
    }

    [Fact]
    public void Missing_left_over_and_wrong_tensors_are_all_named()
    {
        using var folder = DecoderFolder.Untied.Change(tensors =>
        {
            tensors.Remove("model.norm.weight");
            tensors["score.weight"] = torch.zeros(2, 64);
            tensors[Query] = torch.zeros(64, 32);
        });

        var error = folder.Refused();

        Assert.StartsWith(folder.Weights, error);
        Assert.Contains("'model.norm.weight': found nothing, expected shape [64]", error);
        Assert.Contains("'score.weight': found shape [2, 64], expected no such key", error);
        Assert.Contains($"'{Query}': found shape [64, 32], expected [64, 64]", error);
    }

    [Fact]
    public void More_layers_than_the_file_has_are_refused_at_once()
    {
        using var folder = DecoderFolder.Untied.With("num_hidden_layers", "2000000000");

        Assert.Contains("'num_hidden_layers': found 2000000000", folder.Refused());
    }

    [Fact]
    public void Frequencies_of_older_files_are_ignored()
    {
        using var folder = DecoderFolder.Untied.Change(tensors =>
        {
            tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = torch.zeros(8);
            tensors["model.layers.1.self_attn.rotary_emb.inv_freq"] = torch.zeros(8);
        });

        DecoderCheckpoint.Open(folder.Root).Dispose();
        folder.Change(tensors => tensors["model.layers.0.self_attn.rotary_emb.inv_freq_scaled"] = torch.zeros(8));
        Assert.Contains("inv_freq_scaled", folder.Refused());
    }

    [Fact]
    public void A_tied_head_stands_for_the_embedding()
    {
        using var folder = DecoderFolder.Tied.Change(tensors =>
        {
            tensors[Head] = tensors[Embedding];
            tensors.Remove(Embedding);
        });

        using var checkpoint = DecoderCheckpoint.Open(folder.Root);

        Assert.Equal(DecoderShapes.Of(checkpoint.Config).Keys.Order(), checkpoint.Weights.Names.Order());
        Assert.Equal(folder.Tensors[Embedding].bytes.ToArray(), checkpoint.Weights.Read(Embedding).bytes.ToArray());
        Assert.Contains($"'{Embedding}': found nothing", folder.With("tie_word_embeddings", "false").Refused());
    }

    [Fact]
    public void A_tied_head_in_the_file_is_the_embedding_or_refused()
    {
        using var folder = DecoderFolder.Tied.Change(tensors => tensors[Head] = tensors[Embedding]);
        DecoderCheckpoint.Open(folder.Root).Dispose();

        folder.Change(tensors => tensors[Head] = tensors[Embedding] + 1);
        Assert.StartsWith($"{folder.Weights}: key '{Head}': found other values than those of {Embedding}", folder.Refused());

        folder.Change(tensors => tensors[Head] = tensors[Embedding][..^1]);
        Assert.Contains($"'{Head}'", folder.Refused());
    }

    [Fact]
    public void A_head_that_is_missing_although_it_is_not_tied_is_named()
    {
        using var folder = DecoderFolder.Tied.With("tie_word_embeddings", "false");

        Assert.Contains($"'{Head}': found nothing, expected shape [200, 64]", folder.Refused());
    }

    [Fact]
    public void A_vocabulary_larger_than_the_head_is_refused()
    {
        using var folder = DecoderFolder.Untied;
        using var checkpoint = DecoderCheckpoint.Open(folder.Root);
        checkpoint.RequireVocabulary("tokenizer.json", 300);

        Assert.Equal(
            $"tokenizer.json: found a tokenizer of 301 ids, expected at most the vocab_size 300 of {folder.Config}.",
            Assert.Throws<InvalidDataException>(() => checkpoint.RequireVocabulary("tokenizer.json", 301)).Message);
    }

    [Fact]
    public void Another_model_than_the_known_one_is_refused()
    {
        using var folder = DecoderFolder.Sliding;
        using var checkpoint = DecoderCheckpoint.Open(folder.Root);
        checkpoint.RequireModel("own", checkpoint.Config);
        var other = checkpoint.Config with { RopeTheta = 500_000, SlidingWindow = null };

        Assert.Equal(
            $"{folder.Config}: found rope_theta 10000, sliding_window 8, expected 500000, none of other.",
            Assert.Throws<InvalidDataException>(() => checkpoint.RequireModel("other", other)).Message);
    }

    [Fact]
    public void A_folder_without_config_or_weights_is_named()
    {
        using var folder = DecoderFolder.Untied;
        File.Delete(folder.Weights);
        Assert.Contains("model.safetensors.index.json", NotFound());
        File.Delete(folder.Config);
        Assert.Contains(folder.Config, NotFound());

        string NotFound() => Assert.Throws<FileNotFoundException>(() => DecoderCheckpoint.Open(folder.Root)).Message;
    }

    [Fact]
    public void Weights_that_are_not_floating_point_are_refused()
    {
        using var folder = DecoderFolder.Untied.Change(tensors => tensors[Query] = torch.zeros([64, 64], ScalarType.Int8));

        Assert.Contains($"'{Query}': found elements of type Int8", folder.Refused());
    }
}
