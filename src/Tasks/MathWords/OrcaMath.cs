namespace Tasks.MathWords;

/// <summary>
/// Orca-Math (Mitra et al. 2024, <c>microsoft/orca-math-word-problems-200k</c>), of which the paper's Llama 3 is trained on a part.
/// </summary>
public static class OrcaMath
{
    /// <summary>The number of published problems.</summary>
    public const int PublishedSize = 200_035;

    /// <summary>How many of them <c>llama_tune.py</c> draws, with seed 0, by <see cref="WordProblemSplit.Draw"/>.</summary>
    public const int DrawnSize = 10_000;

    private const string FileName = "train-00000-of-00001.parquet";

    /// <summary>Reads the published Parquet file, or JSON lines of the same content.</summary>
    /// <param name="folder">The folder with the file, or with the published folder <c>data</c>.</param>
    /// <param name="allowSubset">Whether fewer problems than the published ones are accepted; draws then depend on their number.</param>
    /// <exception cref="FileNotFoundException">No file is there; the message names the command that gets it.</exception>
    /// <exception cref="DataFormatException">The file is damaged or has another number of problems.</exception>
    public static WordProblemSplit Load(string folder, bool allowSubset = false) => WordProblemSplit.Load(
        folder, [FileName, $"data/{FileName}", "train.jsonl"], PublishedSize, allowSubset, _ => null,
        $"curl -L --create-dirs -o {Path.Combine(folder, FileName)} "
        + $"https://huggingface.co/datasets/microsoft/orca-math-word-problems-200k/resolve/main/data/{FileName}");
}
