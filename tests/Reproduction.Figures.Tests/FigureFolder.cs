using Reproduction;
using Reproduction.Figures;

namespace SpectralExperiments.Tests;

/// <summary>A folder of its own for the figures of one test.</summary>
internal sealed class FigureFolder : IDisposable
{
    public FigureFolder() => Path = Directory.CreateTempSubdirectory("figures-").FullName;

    public string Path { get; }

    public string[] Files => [.. Directory.GetFiles(Path).Select(file => System.IO.Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    public (string Svg, byte[] Png) Draw(FigureRecipe recipe, ResultSet results)
    {
        recipe.Draw(results, Path);
        return (System.IO.File.ReadAllText(File($"{recipe.Id}.svg")), System.IO.File.ReadAllBytes(File($"{recipe.Id}.png")));

        string File(string name) => System.IO.Path.Combine(Path, name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
