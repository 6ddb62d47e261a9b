namespace ModelZoo.Encoders;

/// <summary>Names and shapes of the layers that BERT and DeBERTa have in common.</summary>
internal static class EncoderShapes
{
    /// <summary>Adds all encoder layers.</summary>
    /// <param name="shapes">Where they are added.</param>
    /// <param name="config">The sizes.</param>
    /// <param name="model">The encoder's name.</param>
    /// <param name="projections">The names of the query, key and value projections.</param>
    public static void AddLayers(this StateShapes shapes, EncoderConfig config, string model, IReadOnlyList<string> projections)
    {
        long d = config.HiddenSize;
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            var prefix = $"{model}.encoder.layer.{layer}";
            foreach (var projection in projections)
            {
                shapes.AddLinear($"{prefix}.attention.self.{projection}", d, d);
            }

            shapes.AddLinear($"{prefix}.attention.output.dense", d, d);
            shapes.AddNorm($"{prefix}.attention.output.LayerNorm", d);
            shapes.AddLinear($"{prefix}.intermediate.dense", config.IntermediateSize, d);
            shapes.AddLinear($"{prefix}.output.dense", d, config.IntermediateSize);
            shapes.AddNorm($"{prefix}.output.LayerNorm", d);
        }
    }
}
