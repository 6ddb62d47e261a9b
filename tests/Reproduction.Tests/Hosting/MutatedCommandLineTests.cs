using System.Globalization;
using System.Text.RegularExpressions;
using SpectralExperiments.Tests;
using Xunit.Abstractions;

namespace Reproduction.Tests.Hosting;

/// <summary>Command lines after damage: one line that names what is wrong, or the trials that an independent reading selects.</summary>
public sealed class MutatedCommandLineTests(ITestOutputHelper output) : IDisposable
{
    private const int Suite = 200;
    private const int Many = 10_000;
    private const int Seed = 1620;

    private static readonly string[][] Sources =
    [
        ["list", "--filter", "method=lora,task=rte"], ["list", "--seeds", "3"], ["--profile", "paper", "list"],
        ["list", "--set", "learning_rate=0.25", "--filter", "seed=1"], ["--filter", "rank=8,method=spectral-a", "plan"],
        ["list", "--filter", "task=mrpc", "--filter", "method=lora"], ["--filter", "task=rte,seed=0", "--seeds", "2"],
        ["list", "--profile", "mini", "--data", "."], ["list", "--jobs", "abc"], ["report", "--publish"], ["figures", "--profile", "paper"],
        ["--profile", "mini", "--set", "learning_rate=2", "--filter", "method=lora,seed=1"],
    ];

    private static readonly string[] Verbs = ["run", "list", "plan", "figures", "report"];
    private static readonly string[] WithValue = ["--profile", "--filter", "--seeds", "--set", "--data"];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mutated_command_lines_are_refused_by_name_or_right() =>
        MutatedInputs.Check("command-line", Suite, Seed, Case, output.WriteLine);

    [Fact, Trait("Category", "Slow")]
    public void Many_mutated_command_lines_are_refused_by_name_or_right() =>
        MutatedInputs.Check("command-line", Many, Seed, Case, output.WriteLine);

    private MutatedCase Case(Random random)
    {
        var words = Mutate.Words(Sources[random.Next(Sources.Length)], random);
        if (Directory.Exists(_folder.Results))
        {
            Directory.Delete(_folder.Results, recursive: true);
        }

        _folder.Experiment.Ran.Clear();
        string[] names = ["--", .. words.Where(word => word.Trim().Length > 0), "''", "' '", _folder.Root];
        return new MutatedCase(string.Join(" | ", words), names, () =>
        {
            var (code, text) = _folder.Run(words);
            if (code != 0)
            {
                Assert.StartsWith("error: ", text, StringComparison.Ordinal);
                Assert.Single(text.Trim().Split('\n'));
                Assert.Empty(_folder.Experiment.Ran);
                throw new InvalidDataException(text);
            }

            return Selected(words) is var (verb, keys) && (verb switch
            {
                "run" => keys.Order().SequenceEqual(_folder.Experiment.Ran.Order()),
                "list" => keys.Order().SequenceEqual(Listed(text).Order()),
                _ => true,
            });
        });
    }

    private static IEnumerable<string> Listed(string text) => Regex.Matches(text, @"^\| (\S+\.s\d+) ", RegexOptions.Multiline)
        .Select(match => match.Groups[1].Value);

    // The verb, and the trials; null for what is no command line.
    private static (string Verb, List<string> Keys)? Selected(string[] words)
    {
        var (verb, profile, seeds, filters, hasData) = ((string?)null, "mini", (int?)null, new List<string>(), false);
        for (var i = 0; i < words.Length; i++)
        {
            if (Verbs.Contains(words[i]) && verb is null)
            {
                verb = words[i];
                continue;
            }

            if (words[i] == "--publish" || !WithValue.Contains(words[i]) || i + 1 == words.Length)
            {
                return null;
            }

            var value = words[++i];
            switch (words[i - 1])
            {
                case "--profile":
                    profile = value;
                    break;
                case "--filter":
                    filters.Add(value);
                    break;
                case "--seeds":
                    seeds = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
                    break;
                case "--data":
                    hasData = Path.Exists(value);
                    break;
                case "--set" when value.Split('=', 2) is not ["learning_rate", var rate] || !double.IsFinite(double.Parse(
                    rate, CultureInfo.InvariantCulture)):
                    return null;
            }
        }

        profile = profile == "mini" && hasData ? "mini-data" : profile;
        var keys =
            from method in profile == "sweep" ? (string[])["good"] : ["lora", "spectral-a"]
            from task in profile == "sweep" ? Enumerable.Range(0, 12).Select(k => $"t{k}") : (string[])["rte", "mrpc"]
            from seed in Enumerable.Range(0, seeds ?? (profile == "mini" ? 2 : 1))
            let shown = task == "t7" ? "throwing" : method
            where Matches(filters, shown, task, seed)
            select $"{shown}-r8.{task}.s{seed}";
        return (verb ?? "run", [.. keys]);
    }

    private static bool Matches(List<string> filters, string method, string task, int seed)
    {
        var wanted = new Dictionary<string, List<string>>();
        foreach (var filter in filters)
        {
            var key = "";
            foreach (var token in filter.Split(',').Select(token => token.Trim()).Where(token => token.Length > 0))
            {
                var at = token.IndexOf('=', StringComparison.Ordinal);
                key = at < 0 ? key : token[..at];
                wanted.TryAdd(key, []);
                wanted[key].Add(token[(at + 1)..]);
            }
        }

        return wanted.All(entry => entry.Value.Contains(entry.Key switch
        {
            "method" => method,
            "task" => task,
            "rank" => "8",
            "seed" => seed.ToString(CultureInfo.InvariantCulture),
            _ => "",
        }));
    }
}
