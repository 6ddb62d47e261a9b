namespace Reproduction.Tests;

/// <summary>A figure that needs two rows and draws their number, unless it is made unavailable.</summary>
internal sealed class FakeFigure : IFigure
{
    public string Id => "rows";

    public string Title => "Number of rows";

    public string PaperReference => "Figure 0";

    public string? Unavailable { get; set; }

    /// <summary>What drawing ends in, or null.</summary>
    public Exception? Failure { get; set; }

    public string? Missing(ResultSet results) => results.Rows.Count < 2 ? "fewer than two rows" : null;

    public void Draw(ResultSet results, string folder)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        foreach (var extension in (string[])["svg", "png"])
        {
            File.WriteAllText(Path.Combine(folder, $"{Id}.{extension}"), $"{results.Rows.Count} of {results.Profile}");
        }
    }
}
