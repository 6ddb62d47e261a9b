using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;

namespace Reproduction.Hosting;

/// <summary>Verbs and options of an experiment's program, and their help texts.</summary>
internal sealed class CommandLine
{
    /// <summary>The launcher that runs trials on this machine.</summary>
    public const string Local = "local";

    /// <summary>The launcher that submits trials to Slurm.</summary>
    public const string Slurm = "slurm";

    /// <summary>The most seeds of a trial: beyond any use, and what a list of trials still holds.</summary>
    public const int MostSeeds = 10_000;

    private const int MostJobs = 10_000;

    private readonly Experiment _experiment;

    private readonly IReadOnlyList<(Verb Verb, string Description, Option[] Options)> _verbs;

    private readonly Option<string?> _profile = new("--profile");
    private readonly Option<string[]> _filter = new("--filter")
    {
        Description = "only these trials, for instance method=lora,spectral-a,task=rte,seed=0 (keys: method, variant, task, rank, seed)",
        HelpName = "key=value,...",
    };

    private readonly Option<int?> _seeds = Count("--seeds", MostSeeds, "number of seeds of each trial; default: the profile's");

    private readonly Option<int?> _jobs = Count(
        "--jobs", MostJobs,
        "worker processes of one thread each; 1: this process with all threads; default: one for each core, 1 on a GPU");

    private readonly Option<string> _device = new("--device")
    {
        Description = "device to run on, such as cpu or cuda:0",
        DefaultValueFactory = _ => "cpu",
    };
    private readonly Option<string?> _data = new("--data")
    {
        Description = "folder of the real data sets; default where a profile takes any: SPECTRAL_DATA, then data/",
        HelpName = "folder",
    };
    private readonly Option<string?> _weights = new("--weights")
    {
        Description = "folder of the published models' folders, at profile paper; default: SPECTRAL_WEIGHTS, then data/",
        HelpName = "folder",
    };
    private readonly Option<string?> _tokenizer = new("--tokenizer")
    {
        Description = "tokenizer file or its folder, at profile paper; default: beside the weights",
        HelpName = "path",
    };
    private readonly Option<string?> _results = new("--results")
    {
        Description = "folder of all results; default: results/",
        HelpName = "folder",
    };
    private readonly Option<bool> _force = new("--force") { Description = "rerun completed trials" };
    private readonly Option<string[]> _set = new("--set") { HelpName = "key=value" };
    private readonly Option<string> _launcher = new("--launcher")
    {
        Description = "where trials run: in processes of this machine, or as a Slurm job array (--set slurm.partition=..., slurm.time, "
            + "slurm.gres, slurm.mem, ..., or slurm.file=JSON)",
        HelpName = "local|slurm",
        DefaultValueFactory = _ => Local,
    };

    private readonly Option<bool> _publish = new("--publish")
    {
        Description = "make these results the reference results of results/reference/, with their report and the README's verdicts",
    };

    private readonly Option<bool> _replace = new("--replace")
    {
        Description = "with --publish: also where reference results of other trials are lost, and results made with --set",
    };

    private readonly Option<string?> _trial = new("--trial") { Hidden = true };
    private readonly Option<bool> _worker = new("--worker") { Hidden = true };

    public CommandLine(Experiment experiment)
    {
        _experiment = experiment;
        _profile.Description = "size:\n" + string.Join(
            '\n', experiment.Profiles.Select((profile, i) => $"{profile.Name}{(i == 0 ? " (default)" : "")}: {profile.Description}"));
        _profile.HelpName = string.Join('|', experiment.Profiles.Select(profile => profile.Name));
        _set.Description = experiment.Settings.Count == 0
            ? "change a setting; this experiment has none"
            : "change a setting:\n" + string.Join(
                '\n', experiment.Settings.Select(setting => $"{setting.Name} ({setting.TypeName}): {setting.Description}"));
        _launcher.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value is not (Local or Slurm))
            {
                result.AddError($"{_launcher.Name} {token.Value}: expected {Local} or {Slurm}.");
            }
        });
        _verbs = Verbs();
    }

    /// <summary>Parses a command line; <paramref name="execute"/> gets the verb and the options, and returns the exit code.</summary>
    /// <exception cref="UserErrorException">A word is unknown, a value is no value of its option, or an option has no effect.</exception>
    public ParseResult Parse(IReadOnlyList<string> arguments, Func<Verb, HostOptions, int> execute)
    {
        var root = new RootCommand(
            $"{_experiment.Title}. {_experiment.PaperSection} of \"Spectral Adapter: Fine-Tuning in Spectral Space\".");
        Fill(root, Verb.Run, _verbs[0].Options);
        foreach (var (verb, description, options) in _verbs)
        {
            var command = new Command(Name(verb), description);
            Fill(command, verb, options);
            root.Add(command);
        }

        // A value that begins with @ is a value, and no file of further words.
        var parsed = root.Parse(
            CommandWords.Ordered(arguments, [.. _verbs.Select(entry => (Name(entry.Verb), entry.Options))], [_filter, _set]),
            new ParserConfiguration { ResponseFileTokenReplacer = null });
        return parsed.Action is ParseErrorAction
            ? throw new UserErrorException($"{parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.')}. See --help.")
            : parsed;

        void Fill(Command command, Verb verb, Option[] options)
        {
            foreach (var option in options)
            {
                command.Add(option);
            }

            command.SetAction(parsed => execute(verb, Read(parsed, options, arguments)));
        }

        static string Name(Verb verb) => verb.ToString().ToLowerInvariant();
    }

    private IReadOnlyList<(Verb Verb, string Description, Option[] Options)> Verbs()
    {
        // What decides a trial's settings: stored records are held against them too.
        Option[] settings = [_profile, _set, _data, _weights, .. _experiment.UsesTokenizer ? [_tokenizer] : Array.Empty<Option>()];
        Option[] selection = [.. settings, _filter, _seeds];
        return
        [
            (Verb.Run, "run what is missing, then compare with the paper (default)",
                [.. selection, _jobs, _device, _results, _force, _launcher, _trial, _worker]),
            (Verb.List, "list the trials and their states", [.. selection, _results]),
            (Verb.Plan, "parameters, memory and FLOPs of each trial, without running", [.. selection, _results]),
            (Verb.Figures, "draw the figures from stored results", [.. settings, _results]),
            (Verb.Report, "compare stored results with the paper and write report.md; with --filter: show a part of them",
                [.. settings, _filter, _results, _publish, _replace]),
        ];
    }

    private static Option<int?> Count(string name, int most, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= most)
            {
                return value;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} {text}: expected a whole number from 1 to {most}."));
            return null;
        },
    };

    private HostOptions Read(ParseResult parsed, Option[] options, IReadOnlyList<string> arguments)
    {
        return new HostOptions
        {
            Profile = Value(_profile),
            Filter = Value(_filter) ?? [],
            Seeds = Value(_seeds),
            Jobs = Value(_jobs),
            Device = Value(_device) ?? "cpu",
            Inputs = new Inputs { Data = Value(_data), Weights = Value(_weights), Tokenizer = Value(_tokenizer) },
            Results = Value(_results),
            Force = Value(_force),
            Set = Value(_set) ?? [],
            Launcher = Value(_launcher) ?? Local,
            Publish = Value(_publish),
            Replace = Value(_replace),
            Trial = Value(_trial),
            Worker = Value(_worker),
            Arguments = arguments,
        };

        T? Value<T>(Option<T> option) => options.Contains(option) ? parsed.GetValue(option) : default;
    }
}
