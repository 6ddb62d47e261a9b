using System.Collections.ObjectModel;
using Reproduction.Hosting;

namespace Reproduction;

/// <summary>What the host knows of an experiment before it looks at its trials. Derive from <see cref="Experiment{TSpec}"/>.</summary>
public abstract class Experiment
{
    private protected Experiment()
    {
    }

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

    /// <summary>What a run prints before it starts, such as where its learning rates come from; one line each.</summary>
    /// <param name="trials">The selected trials.</param>
    /// <param name="options">The run.</param>
    public virtual IReadOnlyList<string> Notes(IReadOnlyList<Trial> trials, RunOptions options) => [];

    /// <summary>
    /// Where the settings are not the paper's, and why; listed in the report, which names what <c>--set</c> changed by itself.
    /// </summary>
    public virtual IReadOnlyList<string> Deviations(RunOptions options) => [];

    /// <summary>
    /// What the check before a run found that is no error, such as random weights where a file has none. The run prints it once, before
    /// the first trial.
    /// </summary>
    public virtual IReadOnlyList<string> Remarks() => [];

    /// <summary>
    /// Values computed from those of several trials, such as an average over tasks; compared and drawn, but not stored.
    /// </summary>
    public virtual IEnumerable<ResultRow> Derive(IReadOnlyList<ResultRow> rows) => [];

    /// <summary>
    /// The tasks that cannot rank methods at this profile, each with the reason, such as scores that are those of the majority class.
    /// They are shown, but claims leave them out.
    /// </summary>
    /// <param name="rows">Measured values of one profile.</param>
    public virtual IReadOnlyDictionary<string, string> Unranked(IReadOnlyList<ResultRow> rows) => ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The method over which the report shows the gains of the other ones, such as a head without an adapter; or null.</summary>
    public virtual string? FloorMethod => null;

    /// <summary>The trials of a run with their specs, each with its spec's JSON as <see cref="Trial.Config"/>.</summary>
    /// <exception cref="UserErrorException">A setting makes no sense.</exception>
    internal abstract IReadOnlyList<PlannedTrial> Declare(RunOptions options);

    internal abstract IReadOnlyDictionary<string, string> DescribeInputs(PlannedTrial trial, RunOptions options);

    internal abstract void Check(IReadOnlyList<PlannedTrial> trials, RunOptions options);

    internal abstract string? AskedOutput(PlannedTrial trial, RunOptions options);

    internal abstract TrialPlan? Plan(PlannedTrial trial);

    internal abstract TrialResult Run(PlannedTrial trial, TrialContext context, CancellationToken cancellation);
}
