using Reproduction.Figures.Charts;
using ScottPlot;

namespace Reproduction.Figures;

/// <summary>
/// A figure that knows what it is called, which values it needs and how it is drawn from them: the paper's plots in axes,
/// scale and order of methods, with the published values hollow and the measured ones filled.
/// </summary>
public abstract class FigureRecipe : IFigure
{
    /// <param name="id">The file name without extension: lower-case letters, digits and hyphens.</param>
    /// <param name="title">The title.</param>
    /// <param name="paperReference">Where it stands in the paper.</param>
    /// <exception cref="ArgumentException">The id is not made of lower-case letters, digits and hyphens, or a text is empty.</exception>
    protected FigureRecipe(string id, string title, string paperReference)
    {
        if (id.Length == 0 || !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            throw new ArgumentException($"The figure id \"{id}\" must be made of lower-case letters, digits and hyphens.", nameof(id));
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        ArgumentException.ThrowIfNullOrWhiteSpace(paperReference);
        (Id, Title, PaperReference) = (id, title, paperReference);
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public string Title { get; }

    /// <inheritdoc/>
    public string PaperReference { get; }

    /// <summary>The size in pixels of the SVG; the PNG has twice as many.</summary>
    public virtual FigureSize Size => FigureSize.Standard;

    /// <summary>The font families on the machine, read when they are needed.</summary>
    internal Func<IReadOnlyList<string>> InstalledFonts { get; init; } = FigureFont.Installed;

    /// <inheritdoc/>
    public string? Unavailable => FigureFont.Choose(InstalledFonts()) is null ? FigureFont.NoneInstalled : null;

    /// <inheritdoc/>
    public abstract string? Missing(ResultSet results);

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">
    /// The machine has no font for figures, the values it needs are missing, or one of them cannot be drawn.
    /// </exception>
    public void Draw(ResultSet results, string folder)
    {
        var font = FigureFont.Choose(InstalledFonts()) ?? throw new UserErrorException(FigureFont.NoneInstalled);
        if (Missing(results) is { } missing)
        {
            throw Error(missing);
        }

        using var plot = new Plot();
        plot.Title(Title, ChartTheme.TitleSize);
        Build(plot, results);
        ChartTheme.SetFont(plot, font);
        FigureWriter.Write(plot, this, font, folder);
    }

    /// <summary>Adds everything but the title to an empty plot; called only when nothing is missing.</summary>
    private protected abstract void Build(Plot plot, ResultSet results);

    /// <summary>An error that names the figure.</summary>
    private protected UserErrorException Error(string what) => new($"figure {Id}: {what}.");
}
