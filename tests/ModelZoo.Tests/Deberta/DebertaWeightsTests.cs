using SpectralAdapters.Files;
using SpectralExperiments.Tests.ModelZoo.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

/// <summary>Weights as other programs write them: legal names are read, what cannot be a weight is refused by its name.</summary>
public sealed class DebertaWeightsTests
{
    private const string Projection = "deberta.encoder.layer.0.attention.self.query_proj.weight";

    [Theory]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Bool)]
    public void A_weight_of_whole_numbers_is_refused(ScalarType type)
    {
        using var folder = new DebertaFolder().Change(tensors => tensors[Projection] = tensors[Projection].mul(100).to_type(type));

        var error = folder.Refused();

        Assert.Contains(folder.File("model.safetensors"), error);
        Assert.Contains($"'{Projection}': found elements of type {type}", error);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void A_weight_of_another_floating_type_is_read(ScalarType type)
    {
        using var folder = new DebertaFolder().Change(tensors => tensors[Projection] = tensors[Projection].to_type(type));
        using var model = folder.Load();

        Assert.Equal(
            TensorAssert.Values(folder.Model.get_parameter(Projection)!.to_type(type)),
            TensorAssert.Values(model.get_parameter(Projection)!));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_weight_that_is_not_finite_is_refused(double value)
    {
        using var folder = new DebertaFolder().Change(tensors => tensors[Projection][3, 4] = value);

        var error = folder.Refused();

        Assert.Contains(folder.File("model.safetensors"), error);
        Assert.Contains($"'{Projection}': found 1 of 576 values that are not finite", error);
    }

    [Fact]
    public void A_weight_beyond_single_precision_is_refused()
    {
        using var folder = new DebertaFolder().Change(
            tensors => tensors[Projection] = tensors[Projection].to_type(ScalarType.Float64).add(1e300));

        Assert.Contains("576 of 576 values that are not finite in float32", folder.Refused());
    }

    [Theory]
    [InlineData("cls.predictions.transform.dense.weight")]
    [InlineData("cls.predictions.bias")]
    [InlineData("qa_outputs.weight")]
    [InlineData("lm_head.bias")]
    public void A_head_of_another_task_beside_the_encoder_is_left_over(string name)
    {
        using var folder = new DebertaFolder().Change(tensors => tensors[name] = torch.zeros(24));
        using var model = folder.Load();

        Assert.Equal(TensorAssert.Values(folder.Model.get_parameter(Projection)!), TensorAssert.Values(model.get_parameter(Projection)!));
    }

    [Fact]
    public void An_encoder_saved_alone_has_no_prefix()
    {
        using var folder = new DebertaFolder()
            .Change(tensors => new[] { "pooler.dense.weight", "pooler.dense.bias", "classifier.weight", "classifier.bias" }.ToList()
                .ForEach(name => tensors.Remove(name)))
            .Rename(name => name["deberta.".Length..]);
        using var model = folder.Load();

        Assert.Equal(TensorAssert.Values(folder.Model.get_parameter(Projection)!), TensorAssert.Values(model.get_parameter(Projection)!));
    }

    [Fact]
    public void Layer_norms_of_older_writers_have_gamma_and_beta()
    {
        const string Norm = "deberta.encoder.layer.1.output.LayerNorm";
        using var folder = new DebertaFolder().Change(tensors => tensors[$"{Norm}.weight"] = torch.full(24, 3f))
            .Rename(name => name.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta"));
        using var model = folder.Load();

        Assert.All(TensorAssert.Values(model.get_parameter($"{Norm}.weight")!), value => Assert.Equal(3, value));
    }

    [Fact]
    public void A_head_of_which_only_a_part_is_there_is_refused()
    {
        using var folder = new DebertaFolder().Change(tensors => tensors.Remove("classifier.bias"));

        Assert.Contains("'classifier.bias': found nothing", folder.Refused());
    }

    [Fact]
    public void A_head_of_another_form_is_refused()
    {
        using var folder = new DebertaFolder().Rename(name => name.Replace("classifier.", "classifier.out_proj."));

        Assert.Contains("'classifier.out_proj.weight': found shape [2, 24], expected no such key", folder.Refused());
    }

    [Fact]
    public void Renamed_keys_are_named_on_both_sides()
    {
        using var folder = new DebertaFolder().Rename(name => $"module.{name}");

        var error = folder.Refused();

        Assert.Contains("'deberta.embeddings.word_embeddings.weight': found nothing", error);
        Assert.Contains("'module.classifier.bias': found shape [2], expected no such key", error);
    }

    [Fact]
    public void More_layers_than_the_file_has_are_refused_at_once()
    {
        using var folder = new DebertaFolder().With("num_hidden_layers", "100000");

        Assert.Contains("num_hidden_layers", folder.Refused());
    }

    [Fact]
    public void A_checkpoint_in_shards_is_read()
    {
        using var folder = new DebertaFolder();
        ShardedFolder.Write(folder.Root, SafetensorsFile.ReadAll(folder.File("model.safetensors")), shards: 3);
        File.Delete(folder.File("model.safetensors"));
        using var model = folder.Load();

        Assert.All(model.named_parameters(), entry =>
            Assert.Equal(folder.Model.get_parameter(entry.name)!.bytes.ToArray(), entry.parameter.bytes.ToArray()));
    }

    [Fact]
    public void Weights_in_another_form_are_named()
    {
        using var folder = new DebertaFolder();
        File.Move(folder.File("model.safetensors"), folder.File("pytorch_model-00001-of-00002.bin"));
        File.WriteAllText(folder.File("pytorch_model.bin.index.json"), "{}");

        Assert.Contains("pytorch_model.bin.index.json", Assert.Throws<FileNotFoundException>(() => folder.Load()).Message);
    }
}
