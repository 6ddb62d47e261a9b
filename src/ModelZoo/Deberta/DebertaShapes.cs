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
        var shapes = new OrderedDictionary<string, long[]>
        {
            ["deberta.embeddings.word_embeddings.weight"] = [config.VocabSize, d],
        };
        AddNorm("deberta.embeddings.LayerNorm", d);
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            var prefix = $"deberta.encoder.layer.{layer}";
            AddLinear($"{prefix}.attention.self.query_proj", d, d);
            AddLinear($"{prefix}.attention.self.key_proj", d, d);
            AddLinear($"{prefix}.attention.self.value_proj", d, d);
            AddLinear($"{prefix}.attention.output.dense", d, d);
            AddNorm($"{prefix}.attention.output.LayerNorm", d);
            AddLinear($"{prefix}.intermediate.dense", config.IntermediateSize, d);
            AddLinear($"{prefix}.output.dense", d, config.IntermediateSize);
            AddNorm($"{prefix}.output.LayerNorm", d);
        }

        shapes["deberta.encoder.rel_embeddings.weight"] = [2L * config.PositionBuckets, d];
        AddNorm("deberta.encoder.LayerNorm", d);
        AddLinear("pooler.dense", d, d);
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

    /// <summary>The number of parameters of <see cref="DebertaForSequenceClassification"/>.</summary>
    public static long ParameterCount(DebertaConfig config) =>
        Of(config).Values.Sum(shape => shape.Aggregate(1L, (product, size) => product * size));
}
