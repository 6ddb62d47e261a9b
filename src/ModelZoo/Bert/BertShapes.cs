using ModelZoo.Encoders;

namespace ModelZoo.Bert;

/// <summary>The state dict of a model as its sizes alone give it, so that files and budgets are checked without a model.</summary>
public static class BertShapes
{
    /// <summary>Name and shape of every parameter of <see cref="BertForSequenceClassification"/>, in the order of the model.</summary>
    /// <param name="config">The sizes and the head.</param>
    /// <returns>Hugging Face names with shapes; a linear layer's weight is [out, in].</returns>
    public static IReadOnlyDictionary<string, long[]> Of(BertConfig config)
    {
        long d = config.HiddenSize;
        var shapes = new StateShapes();
        shapes.Add("bert.embeddings.word_embeddings.weight", config.VocabSize, d);
        shapes.Add("bert.embeddings.position_embeddings.weight", config.MaxPositionEmbeddings, d);
        shapes.Add("bert.embeddings.token_type_embeddings.weight", config.TypeVocabSize, d);
        shapes.AddNorm("bert.embeddings.LayerNorm", d);
        shapes.AddLayers(config, "bert", ["query", "key", "value"]);
        shapes.AddLinear(config.Head == BertHead.Pooler ? "bert.pooler.dense" : "pre_classifier", d, d);
        shapes.AddLinear("classifier", config.NumLabels, d);
        return shapes.Shapes;
    }

    /// <summary>The number of parameters of <see cref="BertForSequenceClassification"/>.</summary>
    public static long ParameterCount(BertConfig config) => StateShapes.Count(Of(config));
}
