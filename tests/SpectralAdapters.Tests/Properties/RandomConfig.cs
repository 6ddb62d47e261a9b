using System.Reflection;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Properties;

/// <summary>
/// Configs with each option on (a random value) or off (its default), drawn from the config types' properties, for SmallModel. Some
/// are not valid: what does not fit is to be refused.
/// </summary>
internal static class RandomConfig
{
    private static readonly string[] Patterns = ["up_proj", "down_proj", @"second\.up_proj", "first.*", @"(first|second)\.down_proj"];

    /// <summary>The options of a config type.</summary>
    public static IReadOnlyList<PropertyInfo> Options(Type type) =>
        [.. type.GetProperties().Where(option => option.CanWrite).OrderBy(option => option.Name, StringComparer.Ordinal)];

    /// <summary>A method's config with every option off: its default, or one that fits the small layers.</summary>
    public static AdapterConfig Off(string method) => AdapterRegistry.Find(method).Default switch
    {
        LidbConfig lidb => lidb with { DownSize = 9, UpSize = 7 },
        OrthogonalAdaptationConfig orthogonal => orthogonal with { Rank = 4 },
        OftConfig oft => oft with { BlockSize = 8 },
        var standard => standard,
    };

    /// <summary>A config of a method.</summary>
    public static AdapterConfig Next(AdapterConfig standard, Random random)
    {
        var config = standard with { TargetModules = (TargetModules)Value(Target, random)! };
        foreach (var option in Options(config.GetType()).Where(option => option.Name != Target.Name))
        {
            if (random.Next(2) == 0)
            {
                option.SetValue(config, option.PropertyType == typeof(bool) ? !(bool)option.GetValue(standard)! : Value(option, random));
            }
        }

        // Two pairs of options of which one excludes the other would hardly ever be valid.
        return config is OftConfig { Blocks: not null } oft && random.Next(4) > 0 ? oft with { BlockSize = null } : config;
    }

    private static PropertyInfo Target => typeof(AdapterConfig).GetProperty(nameof(AdapterConfig.TargetModules))!;

    private static object? Value(PropertyInfo option, Random random)
    {
        var type = Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType;
        return (option.Name, type) switch
        {
            _ when type == typeof(ScalarType) => Pick(random, ScalarType.Float64, ScalarType.Float32, ScalarType.BFloat16),
            _ when type.IsEnum => Pick(random, [.. Enum.GetValues(type).Cast<object>()]),
            _ when type == typeof(ulong) => (ulong)random.NextInt64(),
            (nameof(VeraConfig.Rank) or nameof(OftConfig.Blocks) or nameof(OftConfig.BlockSize), _) => (long)random.Next(0, 9),
            _ when type == typeof(long) => (long)random.Next(0, 12),
            _ when type == typeof(int) => random.Next(-1, 7),
            _ when type == typeof(double) => Pick(random, 0.0, 1.0, double.NaN) is var special && random.Next(5) == 0
                ? special
                : random.NextDouble(),
            _ when type == typeof(ColumnSelection) => Columns(random),
            _ when type == typeof(TargetModules) => random.Next(2) == 0
                ? TargetModules.Named(Some(random, "up_proj", "down_proj", "first.up_proj", "second.down_proj"))
                : TargetModules.Matching(string.Join('|', Some(random, Patterns))),
            _ when type == typeof(LayerIndices) => null,
            _ when type == typeof(RankAllocation) => new RankAllocation
            {
                TargetRank = random.Next(0, 5), TotalSteps = random.Next(1, 20), InitialSteps = random.Next(5), FinalSteps = random.Next(5),
                Interval = random.Next(0, 4), Beta1 = random.NextDouble(), Beta2 = random.NextDouble(),
            },
            _ when type == typeof(IReadOnlyList<string>) => Some(random, "classifier", "norm"),
            _ when type == typeof(IReadOnlyDictionary<string, long>) =>
                Some(random, Patterns).ToDictionary(key => key, _ => (long)random.Next(0, 9)),
            _ when type == typeof(IReadOnlyDictionary<string, double>) =>
                Some(random, Patterns).ToDictionary(key => key, _ => random.NextDouble()),
            _ => throw new ArgumentException($"Random configs have no values of {option.DeclaringType!.Name}.{option.Name}."),
        };
    }

    private static ColumnSelection Columns(Random random)
    {
        var rank = random.Next(1, 6);
        return random.Next(5) switch
        {
            0 => ColumnSelection.Top(rank),
            1 => ColumnSelection.Bottom(rank),
            2 => ColumnSelection.Skip(random.Next(0, 14), rank),
            3 => ColumnSelection.Block(random.Next(0, 4), rank),
            _ => ColumnSelection.List([.. Enumerable.Range(0, 17).OrderBy(_ => random.Next()).Take(rank).Select(column => (long)column)]),
        };
    }

    private static string[] Some(Random random, params string[] values) =>
        [.. values.OrderBy(_ => random.Next()).Take(random.Next(1, values.Length + 1))];

    private static object Pick(Random random, params object[] values) => values[random.Next(values.Length)];
}
