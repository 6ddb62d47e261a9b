using System.Globalization;
using Training.Randomness;

namespace Tasks.MathWords;

/// <summary>One split of a data set of word problems as it was found on disk.</summary>
/// <param name="Path">The file that the problems were read from.</param>
/// <param name="Problems">The problems, in the order of the file.</param>
public sealed record WordProblemSplit(string Path, IReadOnlyList<WordProblem> Problems)
{
    /// <summary>Reads the first of some files that exists.</summary>
    /// <param name="folder">The folder that they are looked for in.</param>
    /// <param name="names">Their paths below it.</param>
    /// <param name="publishedSize">The number of problems in the published split.</param>
    /// <param name="allowSubset">Whether the file may have fewer problems.</param>
    /// <param name="fault">What is wrong with a problem, or null.</param>
    /// <param name="download">The command that gets the published file.</param>
    internal static WordProblemSplit Load(
        string folder,
        IReadOnlyList<string> names,
        int publishedSize,
        bool allowSubset,
        Func<WordProblem, (string Found, string Expected)?> fault,
        string download)
    {
        var path = names.Select(name => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                $"{folder}: found none of {string.Join(", ", names)}, expected one of them; get it with: {download}", folder);
        var problems = WordProblemFile.Read(path, fault);
        return problems.Count == publishedSize || (allowSubset && problems.Count < publishedSize)
            ? new WordProblemSplit(path, problems)
            : throw new DataFormatException(
                path, null, string.Create(CultureInfo.InvariantCulture, $"{problems.Count:N0} problems"),
                string.Create(
                    CultureInfo.InvariantCulture, $"{(allowSubset ? "at most " : "")}the {publishedSize:N0} of the published split"));
    }

    /// <summary>
    /// The first problems in the order of <c>datasets.Dataset.shuffle(seed)</c>: NumPy's <c>default_rng(seed).permutation</c> of the
    /// file's own number of problems.
    /// </summary>
    /// <param name="count">How many, up to all of them.</param>
    /// <param name="seed">The seed of the order; the scripts' is 0.</param>
    public IReadOnlyList<WordProblem> Draw(int count, uint seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (count > Problems.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count), $"{Path}: found {Problems.Count} problems, expected at least the {count} that are drawn.");
        }

        return [.. new NumpyRandom(seed).Permutation(Problems.Count)[..count].Select(index => Problems[index])];
    }
}
