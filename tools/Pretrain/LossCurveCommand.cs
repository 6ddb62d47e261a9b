using System.CommandLine;
using Pretrain.Deberta;

namespace Pretrain;

/// <summary>The command line of loss-curve.</summary>
internal static class LossCurveCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model")
        {
            Description = "folder of the model",
            DefaultValueFactory = _ => "data/zoo/deberta-mini",
        };
        var command = new Command("loss-curve", "draws the training loss of a model from its loss.csv") { model };
        command.SetAction(parsed => Failures.Report(() =>
        {
            LossCurve.Draw(parsed.GetValue(model)!);
            return 0;
        }));
        return command;
    }
}
