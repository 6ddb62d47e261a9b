using Reproduction.Storage;
using Spectre.Console;

namespace Reproduction.Hosting.Verbs;

/// <summary>Draws the figures from stored results.</summary>
internal sealed class FiguresVerb
{
    private readonly HostSession _session;
    private readonly string _folder;

    public FiguresVerb(HostSession session, ResultStore? store = null) =>
        (_session, _folder) = (session, (store ?? session.Store).FigureFolder);

    /// <summary>Why no figure of this run can be drawn on this machine, or null.</summary>
    public string? Unavailable => _session.Profile.IsSweep
        ? null
        : _session.Experiment.Figures.Select(figure => figure.Unavailable).FirstOrDefault(reason => reason is not null);

    /// <summary>
    /// Draws what can be drawn; returns 0 unless a figure fails. Where the machine can draw none, earlier figures stay as they
    /// are unless the results have changed.
    /// </summary>
    /// <param name="results">The results.</param>
    /// <param name="changed">Whether they may have changed since the last figures.</param>
    public int Run(ResultSet results, bool changed)
    {
        if (_session.Profile.IsSweep)
        {
            return 0;
        }

        if (Unavailable is { } reason)
        {
            _session.Error(reason);
            foreach (var figure in changed ? _session.Experiment.Figures : [])
            {
                DeleteOld(figure);
            }

            return 1;
        }

        var code = 0;
        var drawn = new List<string>();
        Directory.CreateDirectory(_folder);
        foreach (var figure in _session.Experiment.Figures)
        {
            if (figure.Missing(results) is { } missing)
            {
                _session.Console.WriteLine($"figure {figure.Id} is not drawn: {missing}");
                DeleteOld(figure);
                continue;
            }

            try
            {
                figure.Draw(results, _folder);
                drawn.Add(figure.Id);
            }
            catch (Exception exception)
            {
                // The results are stored; a figure that cannot be drawn must not hide them.
                _session.Error(exception is UserErrorException
                    ? exception.Message
                    : $"figure {figure.Id}: {exception.GetType().Name}: {exception.Message}");
                code = 1;
                if (changed)
                {
                    DeleteOld(figure);
                }
            }
        }

        if (drawn.Count > 0)
        {
            _session.Console.WriteLine($"figures {_folder}: {string.Join(", ", drawn)} (svg and png)");
        }

        return code;
    }

    // A picture of earlier results must not stand in the report of these.
    private void DeleteOld(IFigure figure)
    {
        foreach (var extension in (string[])[".svg", ".png"])
        {
            var path = Path.Combine(_folder, figure.Id + extension);
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
    }
}
