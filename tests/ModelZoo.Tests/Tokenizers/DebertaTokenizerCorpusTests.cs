using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>The published vocabulary on real text.</summary>
public sealed class DebertaTokenizerCorpusTests
{
    [RealDataFact("tokenizers", "deberta-v3", "spm.model")]
    public void Every_string_of_the_real_data_sets_has_the_ids_of_the_fast_tokenizer() => TokenizerCorpus.AssertEqual(
        "deberta-v3", DebertaTokenizer.Load(RepositoryPaths.RealData("tokenizers", "deberta-v3", "spm.model")!).Encode);
}
