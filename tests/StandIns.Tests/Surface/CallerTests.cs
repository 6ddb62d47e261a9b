namespace SpectralExperiments.Tests.Surface;

/// <summary>
/// A stand-in holds what our code calls, and no more: every public member has a caller under src, experiments or tools, or in
/// the tests of what is there. These tests, which are about the stand-ins themselves, do not count.
/// </summary>
public sealed class CallerTests
{
    private const string Boundary = "a guard: without it a wrong call would compile here and not, or to another meaning, over the real package";

    // What no caller's metadata can show, by the start of the member's name, and why it stays.
    private static readonly Dictionary<string, string> Exempt = new()
    {
        ["TorchSharp.Utils.ComponentNameAttribute::get_Name"] = "set by name where the attribute stands, which is no call",
        ["TorchSharp.torch+Tensor::op_Equality"] = Boundary,
        ["TorchSharp.torch+Tensor::op_Inequality"] = Boundary,
        ["TorchSharp.torch+Tensor::Equals"] = Boundary,
        ["TorchSharp.torch+Tensor::equal"] = Boundary,
        ["TorchSharp.torch::tensor`0(Int32,"] = Boundary,
        ["TorchSharp.torch::tensor`0(Int64,"] = Boundary,
    };

    [Theory]
    [MemberData(nameof(StandIn.Packages), MemberType = typeof(StandIn))]
    public void EveryPublicMemberHasACaller(string package)
    {
        var called = CalledMembers.In(OurAssemblies());
        string[] unused =
        [
            .. from names in StandInMembers.Read(StandIn.Load(package).Location)
               where !names.Any(called.Contains) && !Exempt.Keys.Any(start => names[0].StartsWith(start, StringComparison.Ordinal))
               orderby names[0]
               select names[0],
        ];
        Assert.True(unused.Length == 0, $"{package} has {unused.Length} members without a caller:\n{string.Join('\n', unused)}");
    }

    private static IEnumerable<string> OurAssemblies()
    {
        foreach (var name in Projects("src", "experiments", "tools"))
        {
            yield return Existing(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        }

        // Every project has a folder of its own next to that of this one, with the same configuration's name in it.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        foreach (var name in Projects("tests").Where(name => name != own.Parent!.Name))
        {
            yield return Existing(Path.Combine(own.Parent!.Parent!.FullName, name, own.Name, name + ".dll"));
        }
    }

    private static IEnumerable<string> Projects(params string[] folders) =>
        from folder in folders
        from project in Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, folder), "*.csproj", SearchOption.AllDirectories)
        select Path.GetFileNameWithoutExtension(project);

    private static string Existing(string assembly)
    {
        Assert.True(File.Exists(assembly), $"{assembly} is missing: StandIns.Tests has to build it");
        return assembly;
    }
}
