using System.Globalization;

namespace Reproduction;

/// <summary>A value that a user may change with <c>--set name=value</c>.</summary>
public sealed class Setting
{
    private readonly Func<string, object?> _parse;
    private readonly Func<object, string?>? _problem;

    private Setting(string name, string description, Type type, Func<string, object?> parse, Func<object, string?>? problem)
    {
        (Name, Description, Type, _parse, _problem) = (name, description, type, parse, problem);
    }

    /// <summary>The name, such as <c>learning_rate</c>.</summary>
    public string Name { get; }

    /// <summary>One line for <c>--help</c>: meaning, unit, default.</summary>
    public string Description { get; }

    /// <summary>The type of the value.</summary>
    public Type Type { get; }

    /// <summary>Declares a setting. The default is given where the value is read (<see cref="SettingValues.Get{T}"/>).</summary>
    /// <typeparam name="T">int, long, double, bool or string.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="description">Meaning, unit, default.</param>
    /// <param name="problem">What is expected of a value, such as <c>1 or more</c>, where it is out of range; else null.</param>
    public static Setting Of<T>(string name, string description, Func<T, string?>? problem = null)
        where T : IParsable<T> =>
        new(
            name, description, typeof(T),

            // The invariant culture takes "0,5" for 5.
            text => (typeof(T) == typeof(string) || !text.Contains(',', StringComparison.Ordinal))
                && T.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null,
            problem is null ? null : value => problem((T)value));

    /// <summary>Reads a value from the command line.</summary>
    /// <exception cref="UserErrorException">The text is not a value of this setting's type.</exception>
    internal object Parse(string text) => _parse(text) switch
    {
        null => throw new UserErrorException($"--set {Name}={text}: expected {TypeName}, found \"{text}\"."),
        double number when !double.IsFinite(number) => throw new UserErrorException($"--set {Name}={text}: expected a finite number."),
        var value when _problem?.Invoke(value) is { } expected =>
            throw new UserErrorException($"--set {Name}={text}: expected {expected}."),
        var value => value,
    };

    internal string TypeName => Type.Name switch
    {
        nameof(Int32) or nameof(Int64) => "a whole number",
        nameof(Double) or nameof(Single) => "a number",
        nameof(Boolean) => "true or false",
        _ => "text",
    };
}
