using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>The published vocabularies of decoders on real text.</summary>
public sealed class DecoderTokenizerCorpusTests
{
    [RealDataFact("tokenizers", "llama3", "tokenizer.model")]
    public void Every_string_has_the_ids_of_Llama_3() => Check("llama3", "tokenizers", "llama3");

    [RealDataFact("tokenizers", "mistral-v0.1", "tokenizer.model")]
    public void Every_string_has_the_ids_of_Mistral() => Check("mistral-v0.1", "tokenizers", "mistral-v0.1");

    [RealDataFact("tokenizers", "llama2", "tokenizer.model")]
    public void Every_string_has_the_ids_of_Llama_2() => Check("llama2", "tokenizers", "llama2");

    [RealDataFact("llama", "smollm2-135m-instruct", "tokenizer.json")]
    public void Every_string_has_the_ids_of_SmolLM2() => Check("smollm2", "llama", "smollm2-135m-instruct");

    private static void Check(string name, params string[] folder)
    {
        var tokenizer = TextTokenizers.Load(RepositoryPaths.RealData(folder)!);
        TokenizerCorpus.AssertEqual(name, text => tokenizer.Encode(text));
    }
}
