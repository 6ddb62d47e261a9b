namespace SpectralExperiments.Tests.Surface;

/// <summary>
/// The public surface of each stand-in against a checked-in list, so that it grows on purpose only. After an intended change
/// run the tests once with UPDATE_SURFACE=1 and look at what they wrote.
/// </summary>
public sealed class SurfaceTests
{
    [Theory]
    [MemberData(nameof(StandIn.Packages), MemberType = typeof(StandIn))]
    public void ThePublicSurfaceIsTheListedOne(string package)
    {
        var found = PublicSurface.Lines(StandIn.Load(package));
        var file = Path.Combine(RepositoryPaths.Root, "tests", "StandIns.Tests", "Surface", package + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_SURFACE") == "1")
        {
            File.WriteAllText(file, string.Concat(found.Select(line => line + "\n")));
        }

        var listed = File.ReadAllLines(file);
        string[] differences = [.. found.Except(listed).Select(line => "+ " + line), .. listed.Except(found).Select(line => "- " + line)];
        Assert.True(differences.Length == 0, $"{package} differs from {file} (UPDATE_SURFACE=1 writes it anew):\n{string.Join('\n', differences)}");
        Assert.Equal(listed, found);
    }
}
