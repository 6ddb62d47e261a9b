using Experiments.Shared;

namespace SpectralExperiments.Tests;

public sealed class DeviationListTests
{
    private const string Text = "# Title\n\n- [] always\n- [mini|paper] at two\n- [mini, !max_steps] unless {steps}\n- [quirk] on\n";

    private static readonly Dictionary<string, string> Values = new() { ["steps"] = "125" };

    [Theory]
    [InlineData("always;at two;unless 125", "mini")]
    [InlineData("always;at two", "mini", "max_steps")]
    [InlineData("always;at two;on", "paper", "quirk")]
    [InlineData("always", "mini-data")]
    public void Items_hold_under_their_conditions(string expected, params string[] on) =>
        Assert.Equal(expected.Split(';'), DeviationList.Read(Text, on, Values));

    [Theory]
    [InlineData("no item", "found \"no item\"")]
    [InlineData("- [mini text", "expected \"- [conditions] text\"")]
    [InlineData("- [] with {grid}", "a name in braces without a value")]
    public void A_broken_list_is_refused(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => DeviationList.Read(text, [], Values)).Message, StringComparison.Ordinal);
}
