using System.CommandLine;
using Bench.Decoders;
using Bench.Encoders;
using Bench.Gemm;
using Bench.Layers;
using Bench.Optimizer;
using Bench.Svd;
using Bench.Sweep;
using Bench.Torch;
using ModelZoo.Decoder;
using Reproduction;

if (args is [SweepBenchmark.ProgramWord, .. var sweepArguments])
{
    return ReproductionHost.Run(sweepArguments, new SweepExperiment());
}

var rounds = Count("--rounds", "turns that each takes", 8);
var steps = Count("--steps", "training steps in each turn", 30);
var serveTorch = new Option<bool>(TorchBenchmark.ServeOption) { Hidden = true };
var torchCommand = new Command("torch", "steps/s of a toy transformer on one thread, in C# and, if a python3 has torch, in Python")
{
    rounds, steps, serveTorch,
};
torchCommand.SetAction(parsed => parsed.GetValue(serveTorch)
    ? TorchBenchmark.Serve(Console.In, Console.Out)
    : TorchBenchmark.Run(Console.Out, parsed.GetValue(rounds), parsed.GetValue(steps)));

var leakCommand = new Command("leak", "live native handles after 100, 500 and 1,000 training steps");
leakCommand.SetAction(_ => LeakBenchmark.Run(Console.Out));

var csv = new Option<bool>("--csv") { Description = "comma-separated rows instead of aligned columns" };
var gemmRounds = Count("--rounds", "turns that each side takes", 8);
var serveGemm = new Option<bool>(GemmBenchmark.ServeOption) { Hidden = true };
var gemmCommand = new Command("gemm", "GFLOP/s of matrix products on one thread, with MKL's Intel path and without")
{
    csv, gemmRounds, serveGemm,
};
gemmCommand.SetAction(parsed => parsed.GetValue(serveGemm)
    ? GemmBenchmark.Serve(Console.In, Console.Out)
    : GemmBenchmark.Run(Console.Out, Console.Error, parsed.GetValue(csv), parsed.GetValue(gemmRounds)));

var encoderCommands = EncoderSubject.All.Select(subject =>
{
    var encoderRounds = Count("--rounds", "steps of each method", 8);
    var method = new Option<string?>("--method") { Hidden = true };
    method.AcceptOnlyFromAmong([.. subject.Methods.Select(config => config.Method)]);
    var command = new Command(subject.Command, $"a training step of {subject.Title} at its true size under every method: time, work and "
        + "peak memory; an epoch in random and in length-bucketed batches") { csv, encoderRounds, method };
    command.SetAction(parsed => parsed.GetValue(method) is { } name
        ? EncoderPeer.Serve(Console.In, Console.Out, subject, name)
        : EncoderBenchmark.Run(Console.Out, Console.Error, parsed.GetValue(csv), subject, parsed.GetValue(encoderRounds)));
    return command;
}).ToList();

var decoderRounds = Count("--rounds", "steps of each method", 5);
var decoderMethod = new Option<string?>(DecoderBenchmark.MethodOption) { Hidden = true };
decoderMethod.AcceptOnlyFromAmong([.. DecoderMethods.All.Select(config => config.Method)]);
var decoderType = new Option<string>(DecoderBenchmark.TypeOption) { Hidden = true, DefaultValueFactory = _ => DecoderBenchmark.Float32 };
decoderType.AcceptOnlyFromAmong(DecoderBenchmark.Float32, DecoderBenchmark.Bfloat16);
var recompute = new Option<bool>(DecoderBenchmark.RecomputeOption) { Hidden = true };
var generate = new Option<string?>(DecoderBenchmark.GenerateOption) { Hidden = true };
generate.AcceptOnlyFromAmong(GenerationPeer.Ours, GenerationPeer.LlamaCpp);
var generatorWeights = new Option<string?>(DecoderBenchmark.WeightsOption) { Hidden = true };
var decoderCommand = new Command(
    DecoderBenchmark.Command,
    "a training step of SmolLM2-135M at its true size under several methods, f32 and bf16; generation beside llama.cpp's")
{
    csv, decoderRounds, decoderMethod, decoderType, recompute, generate, generatorWeights,
};
decoderCommand.SetAction(parsed =>
    parsed.GetValue(generate) is { } side
        ? GenerationPeer.Serve(
            Console.In, Console.Out, side, parsed.GetValue(generatorWeights), DecoderBenchmark.Type(parsed.GetValue(decoderType)!))
    : parsed.GetValue(decoderMethod) is { } name
        ? DecoderPeer.Serve(
            Console.In, Console.Out, DecoderConfig.SmolLm2_135M, DecoderMethods.All[DecoderMethods.IndexOf(name)],
            DecoderBenchmark.Type(parsed.GetValue(decoderType)!), parsed.GetValue(recompute))
    : DecoderBenchmark.Run(Console.Out, Console.Error, parsed.GetValue(csv), parsed.GetValue(decoderRounds)));

var ranks = new Option<int[]>("--ranks")
{
    Description = "the numbers of leading columns",
    DefaultValueFactory = _ => [8, 24, 32],
    AllowMultipleArgumentsPerToken = true,
};
var svdCommand = new Command("svd", "randomised singular factors against the full decomposition") { csv, ranks };
svdCommand.SetAction(parsed => SvdBenchmark.Run(Console.Out, Console.Error, parsed.GetValue(csv), parsed.GetValue(ranks)!));

var layerRounds = Count("--rounds", "steps of each method", 15);
var layersCommand = new Command("layers", "forward and backward of one layer under every adapter: time, and memory kept in between")
{
    csv,
    layerRounds,
};
layersCommand.SetAction(parsed => LayersBenchmark.Run(Console.Out, Console.Error, parsed.GetValue(csv), parsed.GetValue(layerRounds)));

var optimizerCommand = new Command("optimizer", "an AdamW step over 400 small adapter tensors, with a flat buffer and without");
optimizerCommand.SetAction(_ => OptimizerBenchmark.Run(Console.Out));

var sweepRounds = Count("--rounds", "how often both are measured", 1);
var sweepSteps = Count("--steps", "training steps of a trial", 60);
var sweepCommand = new Command(
    "sweep",
    "throughput of --jobs 2 against one worker on the same 8 trials, beside that of two separate programs") { sweepRounds, sweepSteps };
sweepCommand.SetAction(parsed => SweepBenchmark.Run(Console.Out, parsed.GetValue(sweepRounds), parsed.GetValue(sweepSteps)));

return new RootCommand("Speed and memory, side by side in one run.")
{
    torchCommand, gemmCommand, leakCommand, encoderCommands[0], encoderCommands[1], decoderCommand, svdCommand,
    layersCommand, optimizerCommand, sweepCommand,
}.Parse(args).Invoke();

static Option<int> Count(string name, string description, int standard)
{
    var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
        {
            result.AddError($"{name}: expected at least 1.");
        }
    });
    return option;
}
