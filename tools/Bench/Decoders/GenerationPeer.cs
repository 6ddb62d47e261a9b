using System.Diagnostics;
using System.Globalization;
using ModelZoo.Decoder;
using static TorchSharp.torch;

namespace Bench.Decoders;

/// <summary>
/// Greedy generation in a process of its own, of this project or of llama.cpp. Each line that the process reads is a number of sequences
/// and
/// whether there is a cache; it answers with the milliseconds from the first new token to the last, and a hash of the first sequence.
/// </summary>
internal sealed class GenerationPeer : IDisposable
{
    public const string Ours = "ours";
    public const string LlamaCpp = "llama.cpp";

    /// <summary>Tokens of the prompt.</summary>
    public const int PromptLength = 128;

    /// <summary>New tokens that are timed; one before them is not, as the prompt belongs to it.</summary>
    public const int NewTokens = 64;

    private const int TokenSeed = 1;
    private const int FirstToken = 3;

    private readonly LineProcess _process;

    /// <summary>Starts the process and waits until its model is ready.</summary>
    /// <exception cref="InvalidOperationException">The process stopped: its message stands above.</exception>
    public GenerationPeer(string side, string? path, ScalarType type)
    {
        string[] weights = path is null ? [] : [DecoderBenchmark.WeightsOption, path];
        (Side, Type) = (side, type);
        _process = new LineProcess($"{side}, {DecoderPeer.TypeName(type)}", LineProcess.Own(
        [
            DecoderBenchmark.Command, DecoderBenchmark.GenerateOption, side, DecoderBenchmark.TypeOption, DecoderPeer.TypeName(type),
            .. weights,
        ]));
    }

    public string Side { get; }

    public ScalarType Type { get; }

    /// <summary>Generates; new tokens a second of all sequences, and what tells the first sequence from another.</summary>
    public (double TokensPerSecond, string Text) Generate(int batch, bool cache)
    {
        var parts = _process.Ask(string.Create(CultureInfo.InvariantCulture, $"{batch} {(cache ? 1 : 0)}")).Split(' ');
        return (1000 * batch * NewTokens / double.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }

    public void Dispose() => _process.Dispose();

    /// <summary>The other side.</summary>
    public static int Serve(TextReader input, TextWriter output, string side, string? path, ScalarType type)
    {
        set_num_threads(1);
        if (side == LlamaCpp)
        {
            using var llama = new LlamaSharpGenerator(path!, PromptLength + NewTokens + 1);
            return Answer(input, output, (_, _) => llama.Generate(Prompt(DecoderConfig.SmolLm2_135M.VocabSize), NewTokens));
        }

        using var generator = new Generator(0);
        using var model = path is null
            ? DecoderWeights.Random(DecoderConfig.SmolLm2_135M, type, generator)
            : DecoderForCausalLm.Load(path, type, type == ScalarType.BFloat16 ? Bfloat16Products.HiddenType(CPU) : null);
        model.eval();
        return Answer(input, output, (batch, cache) => Generate(model, batch, cache));
    }

    private static int Answer(
        TextReader input, TextWriter output, Func<int, bool, (IReadOnlyList<int> Ids, double Milliseconds)> generate) =>
        LineProcess.Serve(input, output, "ready", line =>
        {
            var parts = line.Split(' ');
            var (ids, milliseconds) = generate(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1] == "1");
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds:R} {string.Join('-', ids)}");
        });

    private static (IReadOnlyList<int> Ids, double Milliseconds) Generate(DecoderForCausalLm model, int batch, bool cache)
    {
        var prompt = Prompt(model.Config.VocabSize);
        Stopwatch? watch = null;
        var elapsed = 0.0;
        var sequences = GreedyGenerator.Generate(model, [.. Enumerable.Repeat(prompt, batch)], new GenerationConfig
        {
            MaxNewTokens = NewTokens + 1,
            UseCache = cache,
            IsStopped = (sequence, ids) =>
            {
                if (sequence == 0)
                {
                    watch ??= Stopwatch.StartNew();
                    elapsed = watch.Elapsed.TotalMilliseconds;
                }

                return false;
            },
        });
        return (sequences[0].Ids, elapsed);
    }

    private static int[] Prompt(int vocabSize)
    {
        var random = new Random(TokenSeed);
        return [.. Enumerable.Range(0, PromptLength).Select(_ => random.Next(FirstToken, vocabSize))];
    }
}
