namespace ModelZoo.Tokenizers;

/// <summary>What a vocabulary says where the files beside it are silent.</summary>
/// <param name="Bos">The id that is put in front of a text, or null for none.</param>
/// <param name="Eos">The id that ends a text, or null where only the files beside the vocabulary can say it.</param>
/// <param name="CleansUpSpaces">Whether decoding cleans up spaces.</param>
/// <param name="AddsPrefixSpace">Whether a space is put in front of a text.</param>
/// <param name="IsConverted">
/// Whether transformers would make the fast tokenizer from the vocabulary, rather than read its tokenizer.json.
/// </param>
internal sealed record TextTokenizerDefaults(
    int? Bos, int? Eos, bool CleansUpSpaces, bool AddsPrefixSpace, bool IsConverted = false);
