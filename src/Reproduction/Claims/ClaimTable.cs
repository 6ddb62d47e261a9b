using System.Globalization;
using Reproduction.Storage;

namespace Reproduction.Claims;

/// <summary>Reads claims.csv.</summary>
public static class ClaimTable
{
    /// <summary>The file's name in data/published.</summary>
    public const string FileName = "claims.csv";

    private static readonly string[] Columns =
        ["id", "experiment", "claim", "source", "subject", "relation", "rivals", "metric", "tasks", "factor", "at_least"];

    private static readonly string[] Relations = ["<", ">", "<=", ">=", "="];

    /// <summary>The rules of a repository; none where it has no such file.</summary>
    /// <param name="root">The folder that holds data/published.</param>
    /// <exception cref="UserErrorException">As <see cref="Read"/>.</exception>
    public static IReadOnlyList<ClaimRule> ReadFrom(string root) =>
        Path.Combine(root, "data", "published", FileName) is var path && File.Exists(path) ? Read(path) : [];

    /// <summary>Reads the rules; lists are separated by semicolons.</summary>
    /// <exception cref="UserErrorException">A line is broken or repeats an id; the message names file and line.</exception>
    public static IReadOnlyList<ClaimRule> Read(string path)
    {
        using var table = new CsvTable(path, Columns);
        var rules = new List<ClaimRule>();
        while (table.Read())
        {
            var id = Text("id");
            if (rules.Any(rule => rule.Id == id))
            {
                throw table.Error($"the id {id} again", "each id once");
            }

            if (!Relations.Contains(Text("relation")))
            {
                throw table.Error($"relation \"{Text("relation")}\"", $"one of {string.Join(' ', Relations)}");
            }

            var tasks = table.Text("tasks").Split(';');
            var atLeast = table.OptionalInt("at_least") ?? tasks.Length;
            if (atLeast < 1 || atLeast > tasks.Length)
            {
                throw table.Error($"at_least {atLeast}", $"1 to {tasks.Length}, the number of tasks");
            }

            var factor = table.OptionalNumber("factor") ?? 1;
            if (!double.IsFinite(factor) || factor <= 0)
            {
                throw table.Error($"factor \"{table.Text("factor")}\"", "a finite number above 0");
            }

            var metrics = Text("metric").Split(';');
            if (metrics.Contains("") || (tasks.Length > 1 && tasks.Contains("")))
            {
                var column = metrics.Contains("") ? "metric" : "tasks";
                throw table.Error($"{column} \"{table.Text(column)}\"", "a text between semicolons");
            }

            rules.Add(new ClaimRule(
                id, Text("experiment"), Text("claim"), Text("source"), Method(Text("subject")), Text("relation"),
                [.. Text("rivals").Split(';').Select(Method)], metrics, tasks, factor, atLeast));
        }

        return rules;

        string Text(string column) => table.Text(column) is { Length: > 0 } text ? text : throw table.Error($"no {column}", "a text");

        ClaimMethod Method(string text) => text.Split(':') switch
        {
            [{ Length: > 0 } name] => new ClaimMethod(name, null),
            [{ Length: > 0 } name, var rank] when int.TryParse(rank, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                new ClaimMethod(name, number),
            _ => throw table.Error($"the method \"{text}\"", "a name, or name:rank"),
        };
    }
}
