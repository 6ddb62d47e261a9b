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
        var shapes = new OrderedDictionary<string, long[]>
        {
            ["bert.embeddings.word_embeddings.weight"] = [config.VocabSize, d],
            ["bert.embeddings.position_embeddings.weight"] = [config.MaxPositionEmbeddings, d],
            ["bert.embeddings.token_type_embeddings.weight"] = [config.TypeVocabSize, d],
        };
        AddNorm("bert.embeddings.LayerNorm", d);
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            var prefix = $"bert.encoder.layer.{layer}";
            AddLinear($"{prefix}.attention.self.query", d, d);
            AddLinear($"{prefix}.attention.self.key", d, d);
            AddLinear($"{prefix}.attention.self.value", d, d);
            AddLinear($"{prefix}.attention.output.dense", d, d);
            AddNorm($"{prefix}.attention.output.LayerNorm", d);
            AddLinear($"{prefix}.intermediate.dense", config.IntermediateSize, d);
            AddLinear($"{prefix}.output.dense", d, config.IntermediateSize);
            AddNorm($"{prefix}.output.LayerNorm", d);
        }

        AddLinear(config.Head == BertHead.Pooler ? "bert.pooler.dense" : "pre_classifier", d, d);
        AddLinear("classifier", config.NumLabels, d);
        return shapes;

        void AddLinear(string name, long outFeatures, long inFeatures)
        {
            shapes[$"{name}.weight"] = [outFeatures, inFeatures];
            shapes[$"{name}.bias"] = [outFeatures];
        }

        void AddNorm(string name, long size)
        {
            shapes[$"{name}.weight"] = [size];
            shapes[$"{name}.bias"] = [size];
        }
    }

    /// <summary>The number of parameters of <see cref="BertForSequenceClassification"/>.</summary>
    public static long ParameterCount(BertConfig config) =>
        Of(config).Values.Sum(shape => shape.Aggregate(1L, (product, size) => product * size));
}
