using System.Globalization;

namespace Reproduction;

/// <summary>A value that a user may change with <c>--set name=value</c>.</summary>
public sealed class Setting
{
    private readonly Func<string, object?> _parse;

    private Setting(string name, string description, Type type, Func<string, object?> parse)
    {
        (Name, Description, Type, _parse) = (name, description, type, parse);
    }

    /// <summary>The name, such as <c>learning_rate</c>.</summary>
    public string Name { get; }

    /// <summary>One line for <c>--help</c>: meaning, unit, default.</summary>
    public string Description { get; }

    /// <summary>The type of the value.</summary>
    public Type Type { get; }

    /// <summary>Declares a setting. The default is given where the value is read (<see cref="SettingValues.Get{T}"/>).</summary>
    /// <typeparam name="T">int, long, double, bool or string.</typeparam>
    public static Setting Of<T>(string name, string description)
        where T : IParsable<T> =>
        new(name, description, typeof(T), text =>
            // The invariant culture takes "0,5" for 5.
            (typeof(T) == typeof(string) || !text.Contains(',', StringComparison.Ordinal))
            && T.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null);

    /// <summary>Reads a value from the command line.</summary>
    /// <exception cref="UserErrorException">The text is not a value of this setting's type.</exception>
    internal object Parse(string text) =>
        _parse(text) ?? throw new UserErrorException(
            $"--set {Name}={text}: expected {TypeName}, found \"{text}\".");

    internal string TypeName => Type.Name switch
    {
        nameof(Int32) or nameof(Int64) => "a whole number",
        nameof(Double) or nameof(Single) => "a number",
        nameof(Boolean) => "true or false",
        _ => "text",
    };
}
