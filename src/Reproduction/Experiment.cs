namespace Reproduction;

/// <summary>A section of the paper as a set of declared trials. Derive from it, and hand it to <see cref="ReproductionHost"/>.</summary>
public abstract class Experiment
{
    /// <summary>The name of its folder under results/, equal to the project's name.</summary>
    public abstract string Id { get; }

    /// <summary>One line that says what is reproduced.</summary>
    public abstract string Title { get; }

    /// <summary>Where it stands in the paper, such as <c>Section 4.1, Table 1</c>.</summary>
    public abstract string PaperSection { get; }

    /// <summary>The sizes it can be run at; the first one is the default.</summary>
    public abstract IReadOnlyList<Profile> Profiles { get; }

    /// <summary>What <c>--set</c> may change.</summary>
    public virtual IReadOnlyList<Setting> Settings => [];

    /// <summary>Whether <c>--tokenizer</c> means something to this experiment.</summary>
    public virtual bool UsesTokenizer => false;

    /// <summary>The published artefacts it measures, as in the first column of data/published, such as <c>table1</c>.</summary>
    public virtual IReadOnlyList<string> Artefacts => [];

    /// <summary>The figures it draws.</summary>
    public virtual IReadOnlyList<IFigure> Figures => [];

    /// <summary>All trials of a profile, in the order in which they are run; <see cref="Profile.Seeds"/> seeds of each.</summary>
    /// <exception cref="UserErrorException">A setting makes no sense.</exception>
    public abstract IReadOnlyList<Trial> Trials(Profile profile, ExperimentOptions options);

    /// <summary>
    /// What a trial reads, as it is found: digests of data and weights, numbers of rows. They become part of
    /// <see cref="Trial.Config"/> wherever trials are run or stand beside records; a plan does without. The value is
    /// <see cref="Trial.NotAtHand"/> where a file is missing or broken: <see cref="Check"/> says so before a run.
    /// </summary>
    public virtual IReadOnlyDictionary<string, string> DescribeInputs(Trial trial, Profile profile, ExperimentOptions options) =>
        new Dictionary<string, string>();

    /// <summary>
    /// Refuses, before any work, trials that cannot run: missing data, weights of a wrong shape, an unknown device.
    /// </summary>
    /// <exception cref="Exception">Of any type; its message, which names what is wrong, is shown without a stack trace.</exception>
    public virtual void Check(IReadOnlyList<Trial> trials, Profile profile, ExperimentOptions options)
    {
    }

    /// <summary>
    /// What a trial costs at a profile, from shapes and its <see cref="Trial.Config"/> alone; reads neither data nor weights.
    /// </summary>
    public abstract TrialPlan Plan(Trial trial, Profile profile);

    /// <summary>
    /// Runs one trial. Where <see cref="TrialContext.CheckpointFolder"/> holds a checkpoint the trial goes on from it.
    /// </summary>
    /// <exception cref="OperationCanceledException">The run is being interrupted; a checkpoint has been written.</exception>
    public abstract TrialResult Run(Trial trial, TrialContext context, CancellationToken cancellation);

    /// <summary>
    /// Where the settings are not the paper's, and why; listed in the report, which names what <c>--set</c> changed by itself.
    /// </summary>
    public virtual IReadOnlyList<string> Deviations(Profile profile, ExperimentOptions options) => [];

    /// <summary>
    /// Values computed from those of several trials, such as an average over tasks; compared and drawn, but not stored.
    /// </summary>
    public virtual IEnumerable<ResultRow> Derive(IReadOnlyList<ResultRow> rows) => [];
}
