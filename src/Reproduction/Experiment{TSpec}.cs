using Reproduction.Hosting;
using Reproduction.Storage;

namespace Reproduction;

/// <summary>
/// A section of the paper as a set of declared trials. Derive from it, and hand it to <see cref="ReproductionHost"/>.
/// </summary>
/// <typeparam name="TSpec">
/// Everything that decides the outcome of a trial beside its <see cref="Trial"/>: a record of values that System.Text.Json writes.
/// Its JSON is what a record of the trial stores as its configuration.
/// </typeparam>
public abstract class Experiment<TSpec> : Experiment
    where TSpec : notnull
{
    /// <summary>
    /// All trials of a profile, in the order in which they are run; <see cref="Profile.Seeds"/> seeds of each. After a run that left
    /// new results it is asked again, and trials that are new then are run too.
    /// </summary>
    /// <exception cref="UserErrorException">A setting makes no sense.</exception>
    public abstract IEnumerable<(Trial Trial, TSpec Spec)> Trials(RunOptions options);

    /// <summary>
    /// What a trial reads, as it is found: digests of data and weights. A record stores them beside the
    /// configuration, and counts only for a trial with the same inputs. The value is <see cref="Trial.Unavailable"/> where a file
    /// is missing: <see cref="Check(IReadOnlyList{ValueTuple{Trial, TSpec}}, RunOptions)"/> says so before a run.
    /// </summary>
    /// <exception cref="UserErrorException">A file is broken; the message names it.</exception>
    public virtual IReadOnlyDictionary<string, string> DescribeInputs(TSpec spec, RunOptions options) => new Dictionary<string, string>();

    /// <summary>Refuses, before any work, trials that cannot run: missing data, weights of a wrong shape, an unknown device.</summary>
    /// <exception cref="Exception">Of any type; its message, which names what is wrong, is shown without a stack trace.</exception>
    public virtual void Check(IReadOnlyList<(Trial Trial, TSpec Spec)> trials, RunOptions options)
    {
    }

    /// <summary>
    /// The option by which the user asks for what this trial leaves in its output folder, such as <c>--set keep_adapters=true</c>; null
    /// where nobody does. A trial that was completed without it is named.
    /// </summary>
    public virtual string? AskedOutput(TSpec spec, RunOptions options) => null;

    /// <summary>What a trial costs, from shapes alone; reads neither data nor weights. Null where nothing is known.</summary>
    public virtual TrialPlan? Plan(TSpec spec) => null;

    /// <summary>
    /// Runs one trial. Where <see cref="TrialContext.CheckpointFolder"/> holds a checkpoint, the trial resumes from it.
    /// </summary>
    /// <exception cref="OperationCanceledException">The run is being interrupted; a checkpoint has been written.</exception>
    public abstract TrialResult Run(TSpec spec, TrialContext context, CancellationToken cancellation);

    internal override IReadOnlyList<PlannedTrial> Declare(RunOptions options) =>
        [.. Trials(options).Select(entry => new PlannedTrial(entry.Trial with { Config = RecordJson.Element(entry.Spec) }, entry.Spec))];

    internal override IReadOnlyDictionary<string, string> DescribeInputs(PlannedTrial trial, RunOptions options) =>
        DescribeInputs((TSpec)trial.Spec, options);

    internal override void Check(IReadOnlyList<PlannedTrial> trials, RunOptions options) =>
        Check([.. trials.Select(planned => (planned.Trial, (TSpec)planned.Spec))], options);

    internal override string? AskedOutput(PlannedTrial trial, RunOptions options) => AskedOutput((TSpec)trial.Spec, options);

    internal override TrialPlan? Plan(PlannedTrial trial) => Plan((TSpec)trial.Spec);

    internal override TrialResult Run(PlannedTrial trial, TrialContext context, CancellationToken cancellation) =>
        Run((TSpec)trial.Spec, context, cancellation);
}
