namespace ModelZoo.Decoder;

/// <summary>The state dict of a model as its sizes alone give it, so that files and budgets are checked without a model.</summary>
public static class DecoderShapes
{
    /// <summary>Name and shape of every parameter, in the order of the model. A head tied to the embedding is left out.</summary>
    /// <param name="config">The sizes.</param>
    /// <returns>Hugging Face names with shapes; a linear layer's weight is [out, in].</returns>
    public static IReadOnlyDictionary<string, long[]> Of(DecoderConfig config)
    {
        long d = config.HiddenSize;
        long queries = (long)config.NumAttentionHeads * config.HeadDim;
        long keys = (long)config.NumKeyValueHeads * config.HeadDim;
        var shapes = new StateShapes();
        shapes.Add("model.embed_tokens.weight", config.VocabSize, d);
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            var prefix = $"model.layers.{layer}";
            shapes.Add($"{prefix}.self_attn.q_proj.weight", queries, d);
            shapes.Add($"{prefix}.self_attn.k_proj.weight", keys, d);
            shapes.Add($"{prefix}.self_attn.v_proj.weight", keys, d);
            shapes.Add($"{prefix}.self_attn.o_proj.weight", d, queries);
            shapes.Add($"{prefix}.mlp.gate_proj.weight", config.IntermediateSize, d);
            shapes.Add($"{prefix}.mlp.up_proj.weight", config.IntermediateSize, d);
            shapes.Add($"{prefix}.mlp.down_proj.weight", d, config.IntermediateSize);
            shapes.Add($"{prefix}.input_layernorm.weight", d);
            shapes.Add($"{prefix}.post_attention_layernorm.weight", d);
        }

        shapes.Add("model.norm.weight", d);
        if (!config.TieWordEmbeddings)
        {
            shapes.Add("lm_head.weight", config.VocabSize, d);
        }

        return shapes.Shapes;
    }

    /// <summary>The number of parameters; a head tied to the embedding counts once.</summary>
    public static long ParameterCount(DecoderConfig config) => StateShapes.Count(Of(config));
}
