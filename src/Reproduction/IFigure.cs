namespace Reproduction;

/// <summary>A figure recipe: drawn from stored results and published values, never from a model.</summary>
public interface IFigure
{
    /// <summary>The file name without extension, such as <c>table1-bars</c>.</summary>
    string Id { get; }

    /// <summary>The title.</summary>
    string Title { get; }

    /// <summary>Where it stands in the paper.</summary>
    string PaperReference { get; }

    /// <summary>Why no figure can be drawn on this machine, in words, or null.</summary>
    string? Unavailable { get; }

    /// <summary>What is missing to draw it, in words, or null when it can be drawn.</summary>
    string? Missing(ResultSet results);

    /// <summary>Writes <c>Id.svg</c> and <c>Id.png</c> into an existing folder.</summary>
    /// <exception cref="UserErrorException">A value cannot be drawn, or the machine can draw none; the message says which.</exception>
    void Draw(ResultSet results, string folder);
}
