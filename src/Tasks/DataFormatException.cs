namespace Tasks;

/// <summary>A data file that violates its format; the message names the file, the place, what was found and what was expected.</summary>
public sealed class DataFormatException : Exception
{
    /// <param name="path">The file.</param>
    /// <param name="line">The line, counted from 1.</param>
    /// <param name="found">What was found there.</param>
    /// <param name="expected">What was expected.</param>
    public DataFormatException(string path, int line, string found, string expected)
        : this(path, $"line {line}", found, expected) => Line = line;

    /// <param name="path">The file.</param>
    /// <param name="place">The place in a file without lines, such as <c>row 3</c>; null for the file as a whole.</param>
    /// <param name="found">What was found there.</param>
    /// <param name="expected">What was expected.</param>
    public DataFormatException(string path, string? place, string found, string expected)
        : base($"{path}{(place is null ? "" : $", {place}")}: found {found}, expected {expected}") => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The line, counted from 1; null in a file without lines.</summary>
    public int? Line { get; }
}
