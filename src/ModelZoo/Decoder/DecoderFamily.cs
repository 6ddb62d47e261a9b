namespace ModelZoo.Decoder;

/// <summary>The families of decoders: they have the same layers and differ in the defaults of config.json.</summary>
public enum DecoderFamily
{
    /// <summary>Llama, and models of its architecture such as SmolLM2.</summary>
    Llama,

    /// <summary>Mistral, whose attention may have a sliding window.</summary>
    Mistral,
}
