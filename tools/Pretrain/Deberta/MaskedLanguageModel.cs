using ModelZoo.Deberta;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>An encoder with a head that predicts masked words.</summary>
internal sealed class MaskedLanguageModel : nn.Module
{
    [ComponentName(Name = "deberta")]
    private readonly DebertaModel _deberta;

    [ComponentName(Name = "lm_predictions")]
    private readonly MaskedWordHead _head;

    /// <param name="config">The sizes.</param>
    /// <param name="generator">Source of the initial weights.</param>
    public MaskedLanguageModel(DebertaConfig config, Generator generator)
        : base(nameof(MaskedLanguageModel))
    {
        _deberta = new DebertaForSequenceClassification(config, generator).Deberta;
        _head = new MaskedWordHead(config, generator);
        RegisterComponents();
        InitialWeights.MatchKeysToQueries(this, generator);
        Words = named_parameters().Single(entry => entry.name == "deberta.embeddings.word_embeddings.weight").parameter;
    }

    /// <summary>The table of word embeddings. [V, D]</summary>
    public Parameter Words { get; }

    /// <summary>The encoder.</summary>
    public DebertaModel Deberta => _deberta;

    /// <param name="ids">[B, T], masked.</param>
    /// <param name="positions">[M], indices into the B * T.</param>
    /// <returns>[M, V], logits of the words at the positions.</returns>
    public Tensor Logits(Tensor ids, Tensor positions)
    {
        using var scope = NewDisposeScope();
        var hidden = _deberta.forward(ids, null); // [B, T, D]
        var chosen = hidden.view(-1, hidden.shape[2]).index_select(0, positions); // [M, D]
        return _head.forward(chosen, Words).MoveToOuterDisposeScope(); // [M, V]
    }
}
