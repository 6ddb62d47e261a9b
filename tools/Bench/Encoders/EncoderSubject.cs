using ModelZoo.Bert;
using ModelZoo.Deberta;
using ModelZoo.Encoders;
using SpectralAdapters;
using static TorchSharp.torch;

namespace Bench.Encoders;

/// <summary>A model that is measured at its true size with random weights.</summary>
/// <param name="Command">The benchmark's name on the command line.</param>
/// <param name="Title">What is measured, in words.</param>
/// <param name="Batch">Examples of a batch.</param>
/// <param name="Tokens">Tokens of each of them.</param>
/// <param name="Methods">The methods.</param>
/// <param name="Config">The model's sizes.</param>
/// <param name="Create">The model, a module.</param>
internal sealed record EncoderSubject(
    string Command, string Title, int Batch, int Tokens, IReadOnlyList<AdapterConfig> Methods, EncoderConfig Config,
    Func<Generator, ISequenceClassifier> Create)
{
    /// <summary>
    /// The work of a step of Hugging Face Transformers 5.24 with PEFT 0.21.2, in GFLOP by method: best time times the f32 roof of the
    /// same run, on one thread of an EPYC with a roof of 112 GFLOP/s.
    /// </summary>
    public required IReadOnlyDictionary<string, double> PeerWork { get; init; }

    /// <summary>The multiplications and additions that a step of LoRA cannot do without, in GFLOP.</summary>
    public required double Floor { get; init; }

    /// <summary>DeBERTaV3-base as in Table 1.</summary>
    public static EncoderSubject Deberta { get; } = Of(DebertaConfig.V3Base);

    /// <summary>MiniLM-L6, the model of profile small.</summary>
    public static EncoderSubject MiniLm { get; } = new(
        "minilm", "MiniLM-L6", Batch: 32, Tokens: 64, MiniLmMethods.All, BertConfig.MiniLmL6,
        generator => new BertForSequenceClassification(
            BertConfig.MiniLmL6 with { HiddenDropout = 0, AttentionDropout = 0 }, generator))
    {
        PeerWork = new Dictionary<string, double> { ["lora"] = 108, ["full"] = 161, ["dora"] = 115, ["adalora"] = 108, ["oft"] = 112 },
        Floor = 91,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EncoderSubject> All { get; } = [Deberta, MiniLm];

    /// <summary>A DeBERTaV3 of these sizes.</summary>
    public static EncoderSubject Of(DebertaConfig config) => new(
        "deberta", "DeBERTaV3-base", Batch: 8, Tokens: 128, DebertaMethods.All, config,
        generator => new DebertaForSequenceClassification(config with { HiddenDropout = 0, AttentionDropout = 0 }, generator))
    {
        PeerWork = new Dictionary<string, double>
        {
            ["lora"] = 563, ["full"] = 1_185, ["dora"] = 626, ["adalora"] = 571, ["oft"] = 577,
        },
        Floor = 405,
    };

    /// <summary>A method by its name.</summary>
    public AdapterConfig Method(string name) => Methods.First(method => method.Method == name);

    /// <summary>The place of a method among all.</summary>
    public int IndexOf(string name) => Methods.ToList().FindIndex(method => method.Method == name);
}
