namespace Reproduction.Storage;

/// <summary>The stored results of one experiment: the user's own, and the reference results that come with the repository.</summary>
public sealed class StoredResults
{
    private readonly string _ownRoot;
    private readonly string _referenceRoot;
    private readonly string _experiment;

    /// <param name="ownRoot">The folder of the user's own results, such as results/.</param>
    /// <param name="referenceRoot">The folder of the reference results, such as results/reference/.</param>
    /// <param name="experiment">The experiment's id.</param>
    public StoredResults(string ownRoot, string referenceRoot, string experiment) =>
        (_ownRoot, _referenceRoot, _experiment) = (ownRoot, referenceRoot, experiment);

    /// <summary>The user's own results of a profile; null where there are none.</summary>
    /// <exception cref="UserErrorException">The file is broken.</exception>
    public ProfileResults? Own(string profile) => Read(_ownRoot, profile);

    /// <summary>The reference results of a profile; null where there are none.</summary>
    /// <exception cref="UserErrorException">The file is broken.</exception>
    public ProfileResults? Reference(string profile) => Read(_referenceRoot, profile);

    private ProfileResults? Read(string root, string profile)
    {
        var store = new ResultStore(root, _experiment, profile);
        return store.ReadStored() is { } rows ? new ProfileResults(store.CsvPath, rows) : null;
    }
}
