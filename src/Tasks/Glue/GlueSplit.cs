namespace Tasks.Glue;

/// <summary>One split of a GLUE task as it was found on disk.</summary>
/// <param name="Path">The file that the examples were read from.</param>
/// <param name="Examples">The examples, in the order of the file.</param>
/// <param name="PublishedSize">The number of examples in the published split.</param>
/// <param name="Note">How the examples differ from the published split and why, or null when they are that split.</param>
public sealed record GlueSplit(string Path, IReadOnlyList<GlueExample> Examples, int PublishedSize, string? Note)
{
    /// <summary>The first examples of the split, with a note where it has more.</summary>
    /// <param name="most">How many are wanted.</param>
    public GlueSplit First(int most)
    {
        if (Examples.Count <= most)
        {
            return this;
        }

        var note = FormattableString.Invariant($"the first {most} of {Examples.Count} examples of {System.IO.Path.GetFileName(Path)}");
        return this with { Examples = [.. Examples.Take(most)], Note = Note is null ? note : $"{Note}; {note}" };
    }
}
