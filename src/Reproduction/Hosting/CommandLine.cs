using System.CommandLine;

namespace Reproduction.Hosting;

/// <summary>Verbs and options of an experiment's program, and their help texts.</summary>
internal sealed class CommandLine
{
    /// <summary>The launcher that runs trials on this machine.</summary>
    public const string Local = "local";

    /// <summary>The launcher that submits trials to Slurm.</summary>
    public const string Slurm = "slurm";

    private readonly Experiment experiment;

    private readonly Option<string?> profile = new("--profile");
    private readonly Option<string[]> filter = new("--filter")
    {
        Description = "only these trials, for instance method=lora,spectral-a,task=rte,seed=0 (keys: method, task, rank, seed)",
        HelpName = "key=value,...",
    };

    private readonly Option<int?> seeds = new("--seeds")
    {
        Description = "number of seeds of each trial; default: the profile's",
        HelpName = "N",
    };
    private readonly Option<int> jobs = new("--jobs")
    {
        Description = "worker processes, of one thread each",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> device = new("--device")
    {
        Description = "where tensors live, such as cpu or cuda:0",
        DefaultValueFactory = _ => "cpu",
    };
    private readonly Option<string?> data = new("--data")
    {
        Description = "folder of the real data sets; default where a profile takes any: SPECTRAL_DATA, then data/",
        HelpName = "folder",
    };
    private readonly Option<string?> weights = new("--weights")
    {
        Description = "folder of the published models' folders, at profile paper; default: SPECTRAL_WEIGHTS, then data/",
        HelpName = "folder",
    };
    private readonly Option<string?> tokenizer = new("--tokenizer")
    {
        Description = "tokenizer file or its folder, at profile paper; default: beside the weights",
        HelpName = "path",
    };
    private readonly Option<string?> results = new("--results")
    {
        Description = "folder of all results; default: results/",
        HelpName = "folder",
    };
    private readonly Option<bool> force = new("--force") { Description = "run finished trials again" };
    private readonly Option<string[]> set = new("--set") { HelpName = "key=value" };
    private readonly Option<string> launcher = new("--launcher")
    {
        Description = "where trials run: in processes of this machine, or as a Slurm job array (--set slurm.partition=..., slurm.time, slurm.gres, slurm.mem, ..., or slurm.file=JSON)",
        HelpName = "local|slurm",
        DefaultValueFactory = _ => Local,
    };

    private readonly Option<string?> trial = new("--trial") { Hidden = true };
    private readonly Option<bool> worker = new("--worker") { Hidden = true };

    public CommandLine(Experiment experiment)
    {
        this.experiment = experiment;
        profile.Description = "size:\n" + string.Join('\n', experiment.Profiles.Select((p, i) => $"{p.Name}{(i == 0 ? " (default)" : "")}: {p.Description}"));
        profile.HelpName = string.Join('|', experiment.Profiles.Select(p => p.Name));
        set.Description = experiment.Settings.Count == 0
            ? "change a setting; this experiment has none"
            : "change a setting:\n" + string.Join('\n', experiment.Settings.Select(s => $"{s.Name} ({s.TypeName}): {s.Description}"));
        launcher.AcceptOnlyFromAmong(Local, Slurm);
        jobs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--jobs: expected at least 1.");
            }
        });
        seeds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--seeds: expected at least 1.");
            }
        });
    }

    /// <summary>Builds the command line; <paramref name="execute"/> gets the verb and the options, and returns the exit code.</summary>
    public RootCommand Build(IReadOnlyList<string> arguments, Func<Verb, HostOptions, int> execute)
    {
        // What decides a trial's settings: stored records are held against them too.
        Option[] settings = [profile, set, data, weights, .. experiment.UsesTokenizer ? [tokenizer] : Array.Empty<Option>()];
        Option[] selection = [.. settings, filter, seeds];
        Option[] running = [.. selection, jobs, device, results, force, launcher, trial, worker];
        var root = new RootCommand($"{experiment.Title}. {experiment.PaperSection} of \"Spectral Adapter: Fine-Tuning in Spectral Space\".");
        Fill(root, Verb.Run, running);
        Add(Verb.Run, "run what is missing, then compare with the paper (what happens without a verb)", running);
        Add(Verb.List, "list the trials and their states", [.. selection, results]);
        Add(Verb.Plan, "parameters, memory and operations of each trial, from shapes alone", selection);
        Add(Verb.Figures, "draw the figures from stored results", [.. settings, results]);
        Add(Verb.Report, "compare stored results with the paper and write report.md", [.. settings, results]);
        return root;

        void Add(Verb verb, string description, Option[] options)
        {
            var command = new Command(verb.ToString().ToLowerInvariant(), description);
            Fill(command, verb, options);
            root.Add(command);
        }

        void Fill(Command command, Verb verb, Option[] options)
        {
            foreach (var option in options)
            {
                command.Add(option);
            }

            command.SetAction(parsed => execute(verb, Read(parsed, options, arguments)));
        }
    }

    private HostOptions Read(ParseResult parsed, Option[] options, IReadOnlyList<string> arguments)
    {
        return new HostOptions
        {
            Profile = Value(profile),
            Filter = Value(filter) ?? [],
            Seeds = Value(seeds),
            Jobs = Value(jobs),
            Device = Value(device) ?? "cpu",
            Inputs = new Inputs { Data = Value(data), Weights = Value(weights), Tokenizer = Value(tokenizer) },
            Results = Value(results),
            Force = Value(force),
            Set = Value(set) ?? [],
            Launcher = Value(launcher) ?? Local,
            Trial = Value(trial),
            Worker = Value(worker),
            Arguments = arguments,
        };

        T? Value<T>(Option<T> option) => options.Contains(option) ? parsed.GetValue(option) : default;
    }
}
