using System.Globalization;

namespace SpectralExperiments.Tests;

/// <summary>
/// Runs a reader over many mutated inputs: each must end in an error that names what is wrong or in the right result, within a time limit.
/// </summary>
/// <remarks>
/// MUTATION_SEED replaces the seed of every family. Case k of a run depends on seed + k alone, and a failure names that number, so that
/// one case is repeated with MUTATION_SEED=number and a count of 1 (MUTATION_COUNT).
/// </remarks>
internal static class MutatedInputs
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // By name: the test projects do not all reference the assemblies that define them.
    private static readonly string[] OwnErrors =
    [
        "ArgumentException", "InvalidDataException", "FileNotFoundException", "DirectoryNotFoundException", "UserErrorException",
        "DataFormatException",
    ];

    /// <summary>Reads mutated inputs and fails if one gave anything but a named error or the right result.</summary>
    /// <param name="family">Name in the counts, such as <c>safetensors</c>.</param>
    /// <param name="make">Makes case k from a generator of its own.</param>
    /// <param name="print">Where the counts go: the output of the test, or the console.</param>
    public static MutationCounts Check(string family, int count, int seed, Func<Random, MutatedCase> make, Action<string>? print = null)
    {
        seed = FromEnvironment("MUTATION_SEED") ?? seed;
        count = FromEnvironment("MUTATION_COUNT") ?? count;
        var (errors, right) = (0, 0);
        var faults = new List<string>();
        for (var k = 0; k < count; k++)
        {
            var mutated = make(new Random(seed + k));
            switch (Outcome(mutated))
            {
                case null:
                    right++;
                    break;
                case "":
                    errors++;
                    break;
                case { } fault:
                    faults.Add($"{family} {seed + k} ({mutated.Description}): {fault}");
                    break;
            }
        }

        var counts = new MutationCounts(family, seed, errors, right, faults);
        (print ?? Console.WriteLine)(counts.ToString());
        Assert.True(faults.Count == 0, $"{counts}\n{string.Join('\n', faults.Take(20))}");
        // A family in which nothing is ever refused, or nothing ever read, tests nothing.
        Assert.True(count < 100 || (errors > 0 && right > 0), counts.ToString());
        return counts;
    }

    /// <summary>Null for the right result, empty for a named error, otherwise what happened.</summary>
    private static string? Outcome(MutatedCase mutated)
    {
        try
        {
            var reading = Task.Run(mutated.Read);
            if (!reading.Wait(Limit))
            {
                return $"not finished after {Limit.TotalSeconds} s";
            }

            return reading.Result ? null : "read, with another result";
        }
        catch (AggregateException thrown)
        {
            var error = thrown.InnerExceptions[0];
            var named = OwnErrors.Contains(error.GetType().Name)
                && mutated.Names.Any(name => error.Message.Contains(name, StringComparison.Ordinal));
            return named ? "" : $"{error.GetType().Name}: {error.Message}\n{error.StackTrace}";
        }
    }

    private static int? FromEnvironment(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
