namespace Tasks;

/// <summary>A row of a tab-separated file.</summary>
/// <param name="Line">Its line in the file, counted from 1.</param>
/// <param name="Fields">Its fields, untouched.</param>
internal readonly record struct TsvRow(int Line, IReadOnlyList<string> Fields);
