using System.Reflection;

namespace SpectralExperiments.Tests.Surface;

/// <summary>The stand-in assemblies, by the id of the package that each stands for.</summary>
internal static class StandIn
{
    public static TheoryData<string> Packages => ["TorchSharp", "Microsoft.ML.Tokenizers", "Microsoft.Data.Analysis", "ScottPlot"];

    public static Assembly Load(string package) => Assembly.Load(new AssemblyName(package));
}
