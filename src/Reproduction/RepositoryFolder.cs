namespace Reproduction;

/// <summary>The folder that holds data/published and results/.</summary>
public static class RepositoryFolder
{
    /// <summary>
    /// The nearest folder above the working directory, else above the program, that holds data/published; the working
    /// directory where there is none.
    /// </summary>
    public static string Find() =>
        Above(Directory.GetCurrentDirectory()) ?? Above(AppContext.BaseDirectory) ?? Directory.GetCurrentDirectory();

    /// <summary>
    /// The folder of the user's results: results/ of the repository that the working directory is in, else results/ of the working
    /// directory, so that a published program does not write into its own folder.
    /// </summary>
    public static string FindResults() =>
        Path.Combine(Above(Directory.GetCurrentDirectory()) ?? Directory.GetCurrentDirectory(), "results");

    private static string? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "data", "published")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
