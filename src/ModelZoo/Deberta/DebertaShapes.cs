using ModelZoo.Encoders;

namespace ModelZoo.Deberta;

/// <summary>The state dict of a model as its sizes alone give it, so that files and budgets are checked without a model.</summary>
public static class DebertaShapes
{
    /// <summary>Name and shape of every parameter of <see cref="DebertaForSequenceClassification"/>, in the order of the model.</summary>
    /// <param name="config">The sizes.</param>
    /// <returns>Hugging Face names with shapes; a linear layer's weight is [out, in].</returns>
    public static IReadOnlyDictionary<string, long[]> Of(DebertaConfig config)
    {
        long d = config.HiddenSize;
        var shapes = new StateShapes();
        shapes.Add("deberta.embeddings.word_embeddings.weight", config.VocabSize, d);
        shapes.AddNorm("deberta.embeddings.LayerNorm", d);
        shapes.AddLayers(config, "deberta", ["query_proj", "key_proj", "value_proj"]);
        shapes.Add("deberta.encoder.rel_embeddings.weight", 2L * config.PositionBuckets, d);
        shapes.AddNorm("deberta.encoder.LayerNorm", d);
        shapes.AddLinear("pooler.dense", d, d);
        shapes.AddLinear("classifier", config.NumLabels, d);
        return shapes.Shapes;
    }

    /// <summary>The number of parameters of <see cref="DebertaForSequenceClassification"/>.</summary>
    public static long ParameterCount(DebertaConfig config) => StateShapes.Count(Of(config));
}
