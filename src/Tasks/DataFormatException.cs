namespace Tasks;

/// <summary>A data file that violates its format; the message names the file, the line, what was found and what was expected.</summary>
public sealed class DataFormatException : Exception
{
    /// <param name="path">The file.</param>
    /// <param name="line">The line, counted from 1.</param>
    /// <param name="found">What was found there.</param>
    /// <param name="expected">What was expected.</param>
    public DataFormatException(string path, int line, string found, string expected)
        : base($"{path}, line {line}: found {found}, expected {expected}")
    {
        Path = path;
        Line = line;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The line, counted from 1.</summary>
    public int Line { get; }
}
