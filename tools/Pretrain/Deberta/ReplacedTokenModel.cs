using ModelZoo.Deberta;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>
/// A generator that fills masks, and the encoder that tells which words it replaced. They share embeddings without pulling
/// at each other: E_D = sg(E_G) + E_Delta (DeBERTaV3, equation 4).
/// </summary>
internal sealed class ReplacedTokenModel : nn.Module
{
    [ComponentName(Name = "generator")]
    private readonly MaskedLanguageModel generator;

    [ComponentName(Name = "deberta")]
    private readonly DebertaModel deberta;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm layerNorm;

    [ComponentName(Name = "dense")]
    private readonly Linear dense;

    [ComponentName(Name = "classifier")]
    private readonly Linear classifier;

    private readonly Parameter delta;

    /// <param name="config">The sizes of the encoder; the generator has half of its layers.</param>
    /// <param name="random">Source of the initial weights.</param>
    public ReplacedTokenModel(DebertaConfig config, Generator random)
        : base(nameof(ReplacedTokenModel))
    {
        generator = new MaskedLanguageModel(config with { NumHiddenLayers = config.NumHiddenLayers / 2 }, random);
        deberta = new DebertaForSequenceClassification(config, random).Deberta;
        layerNorm = nn.LayerNorm(config.HiddenSize);
        dense = InitialWeights.Linear(config.HiddenSize, config, random);
        classifier = InitialWeights.Linear(1, config, random);
        RegisterComponents();
        InitialWeights.MatchKeysToQueries(deberta, random);
        delta = named_parameters().Single(entry => entry.name == "deberta.embeddings.word_embeddings.weight").parameter;
        using var ungraded = no_grad();
        delta.zero_();
    }

    /// <summary>The generator.</summary>
    public MaskedLanguageModel Generator => generator;

    /// <summary>The encoder; its table of word embeddings holds E_Delta.</summary>
    public DebertaModel Deberta => deberta;

    /// <summary>E_G + E_Delta. [V, D]</summary>
    public Tensor Words() => generator.Words.detach().add(delta); // [V, D]

    /// <param name="ids">[B, T], with replaced words.</param>
    /// <returns>[B, T], logits of "replaced".</returns>
    public Tensor Logits(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var flat = ids.view(-1); // [B T]
        var words = generator.Words.detach().index_select(0, flat).add(delta.index_select(0, flat)); // [B T, D]
        var hidden = deberta.ForwardWords(words.view(ids.shape[0], ids.shape[1], -1), null); // [B, T, D]
        // As in the official code's head, every word is judged beside the state of [CLS], which learns by it.
        var state = layerNorm.forward(hidden.add(hidden.narrow(1, 0, 1))); // [B, T, D]
        state = nn.functional.gelu(dense.forward(state)); // [B, T, D]
        return classifier.forward(state).squeeze(-1).MoveToOuterDisposeScope(); // [B, T]
    }
}
