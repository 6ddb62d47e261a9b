using System.CommandLine;
using Bench.Torch;

var rounds = new Option<int>("--rounds") { Description = "how often C# and Python take turns", DefaultValueFactory = _ => 8 };
var steps = new Option<int>("--steps") { Description = "training steps in each turn", DefaultValueFactory = _ => 30 };
var torchCommand = new Command("torch", "steps per second of a toy transformer in C# and, if python3 has torch, in Python on the same libtorch; one thread, taking turns") { rounds, steps };
torchCommand.SetAction(parsed => TorchBenchmark.Run(Console.Out, parsed.GetValue(rounds), parsed.GetValue(steps)));

var leakCommand = new Command("leak", "live native handles after 100, 500 and 1,000 training steps");
leakCommand.SetAction(_ => LeakBenchmark.Run(Console.Out));

return new RootCommand("Speed and memory, side by side in one run.") { torchCommand, leakCommand }.Parse(args).Invoke();
