using System.CommandLine;
using Pretrain;
using Pretrain.MicroGlue;

var seed = new Option<int>("--seed") { Description = "the seed of the data", DefaultValueFactory = _ => 0 };
var card = new Option<string>("--card") { Description = "the file to write", DefaultValueFactory = _ => "src/Tasks/MicroGlue/README.md" };
var microGlueCommand = new Command("microglue", "writes the page about MicroGlue: sizes, baselines, examples") { seed, card };
microGlueCommand.SetAction(parsed => Failures.Report(() =>
{
    AtomicFile.Write(parsed.GetValue(card)!, MicroGlueCard.Write(parsed.GetValue(seed), Console.Out));
    return 0;
}));

return new RootCommand("Makes the models in data/zoo and the pages about generated data.")
{
    DebertaMiniCommand.Create(), LossCurveCommand.Create(), microGlueCommand,
}
    .Parse(args)
    .Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
