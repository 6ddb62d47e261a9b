using Spectre.Console;

namespace Reproduction.Hosting;

/// <summary>Draws the figures from stored results.</summary>
internal sealed class FiguresVerb(HostSession session)
{
    /// <summary>Draws what can be drawn; returns 0 unless a figure fails.</summary>
    public int Run(ResultSet results)
    {
        if (session.Profile.IsTuning)
        {
            return 0;
        }

        var code = 0;
        Directory.CreateDirectory(session.Store.FigureFolder);
        foreach (var figure in session.Experiment.Figures)
        {
            if (figure.Missing(results) is { } missing)
            {
                session.Console.WriteLine($"figure {figure.Id} is not drawn: {missing}");
                DeleteOld(figure);
                continue;
            }

            try
            {
                figure.Draw(results, session.Store.FigureFolder);
                session.Console.WriteLine($"figure {Path.Combine(session.Store.FigureFolder, figure.Id)}.svg and .png");
            }
            catch (Exception exception)
            {
                // The results are stored; a figure that cannot be drawn must not hide them.
                session.Error(exception is UserErrorException ? exception.Message : $"figure {figure.Id}: {exception.GetType().Name}: {exception.Message}");
                DeleteOld(figure);
                code = 1;
            }
        }

        return code;
    }

    // A picture of earlier results must not stand in the report of these.
    private void DeleteOld(IFigure figure)
    {
        foreach (var extension in (string[])[".svg", ".png"])
        {
            File.Delete(Path.Combine(session.Store.FigureFolder, figure.Id + extension));
        }
    }
}
