namespace ModelZoo.Tokenizers;

/// <summary>The tables of Unicode in this assembly's resources: a row a line, cells between spaces, comments after #.</summary>
internal static class CharacterTable
{
    /// <summary>The rows of a table.</summary>
    public static IEnumerable<string[]> Read(string name)
    {
        using var stream = typeof(CharacterTable).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                yield return line.Split(' ');
            }
        }
    }
}
