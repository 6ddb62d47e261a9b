using System.Globalization;
using System.Text;
using Reproduction;
using Reproduction.Figures;
using Reproduction.Storage;

namespace Pretrain.Deberta;

/// <summary>The training loss that is stored with a model, as loss.csv and as a figure.</summary>
internal static class LossCurve
{
    public const string FigureFile = "loss.svg";

    private const string CsvFile = "loss.csv";
    private const string Metric = "loss";
    private static readonly string[] Columns = ["step", "loss", "learning_rate"];

    /// <summary>Fails before a long run on a machine that could not draw its curve.</summary>
    /// <exception cref="UserErrorException">The machine cannot draw figures.</exception>
    public static void ThrowUnlessDrawable()
    {
        if (Figure("").Unavailable is { } reason)
        {
            throw new UserErrorException(reason);
        }
    }

    /// <summary>Writes the losses.</summary>
    /// <param name="points">The curve.</param>
    /// <param name="folder">The model's folder.</param>
    public static void Write(IEnumerable<LossPoint> points, string folder)
    {
        var csv = new StringBuilder(string.Join(',', Columns)).Append('\n');
        foreach (var (step, loss, learningRate) in points)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{step},{loss:R},{learningRate:R}\n");
        }

        AtomicFile.Write(Path.Combine(folder, CsvFile), csv.ToString());
    }

    /// <summary>Draws the losses in a model's folder, into the same folder.</summary>
    /// <param name="folder">The model's folder; its name is the model's.</param>
    /// <exception cref="UserErrorException">loss.csv is missing or damaged, or the machine cannot draw figures.</exception>
    public static void Draw(string folder)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var rows = new List<ResultRow>();
        using (var csv = new CsvTable(Path.Combine(folder, CsvFile), Columns))
        {
            while (csv.Read())
            {
                var step = csv.OptionalInt("step") ?? throw csv.Error("no step", "a whole number");
                rows.Add(new ResultRow("pretraining", "mini", name, null, "", 0, step, Metric, csv.Number("loss"), null, null, ""));
            }
        }

        Figure(name).Draw(new ResultSet("pretraining", "mini", rows, []), folder);
    }

    private static TrainingCurveFigure Figure(string model) =>
        new(Path.GetFileNameWithoutExtension(FigureFile), $"Pretraining of {model}", "the training loss by step", Metric, "training loss");
}
