using System.Xml.Linq;

namespace SpectralExperiments.Tests;

/// <summary>
/// References run one way: experiments and tools to the libraries, Tasks to Training, Training and ModelZoo to SpectralAdapters,
/// Reproduction to nothing of ours.
/// </summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["SpectralAdapters"] = [],
        ["ModelZoo"] = ["SpectralAdapters"],
        ["Training"] = ["SpectralAdapters"],
        ["Tasks"] = ["Training"],
        ["Reproduction"] = [],
        ["Reproduction.Figures"] = ["Reproduction"],
        ["Experiments.Shared"] = ["Tasks", "Training", "ModelZoo", "SpectralAdapters", "Reproduction", "Reproduction.Figures"],
    };

    private static readonly string[] Libraries = [.. Allowed.Keys];

    private static readonly string[] TensorPackages = ["TorchSharp"];

    [Fact]
    public void Every_library_is_listed() =>
        Assert.Equal(
            Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "src"), "*.csproj", SearchOption.AllDirectories)
                .Select(Path.GetFileNameWithoutExtension).Order(),
            Libraries.Order());

    [Fact]
    public void Libraries_reference_only_what_they_may()
    {
        foreach (var (library, allowed) in Allowed)
        {
            Assert.Empty(References(Path.Combine("src", library)).Projects.Except(allowed));
        }
    }

    [Theory]
    [InlineData("experiments")]
    [InlineData("tools")]
    public void Programs_reference_libraries_only(string folder)
    {
        foreach (var project in Directory.GetDirectories(Path.Combine(RepositoryPaths.Root, folder)))
        {
            Assert.Empty(References(project).Projects.Except(Libraries));
        }
    }

    [Theory]
    [InlineData("Reproduction")]
    [InlineData("Reproduction.Figures")]
    public void The_harness_knows_no_tensor(string library) =>
        Assert.Empty(References(Path.Combine("src", library)).Packages.Intersect(TensorPackages));

    [Fact]
    public void Only_figures_know_the_plotting_package()
    {
        foreach (var library in Libraries.Where(library => library != "Reproduction.Figures"))
        {
            Assert.DoesNotContain("ScottPlot", References(Path.Combine("src", library)).Packages);
        }
    }

    private static (string[] Projects, string[] Packages) References(string folder)
    {
        var project = Directory.GetFiles(Path.Combine(RepositoryPaths.Root, folder), "*.csproj").Single();
        var elements = XDocument.Load(project).Descendants().ToList();
        return (
            [.. elements.Where(element => element.Name == "ProjectReference").Select(
                element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value))],
            [.. elements.Where(element => element.Name == "PackageReference").Select(element => element.Attribute("Include")!.Value)]);
    }
}
