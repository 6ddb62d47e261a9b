using Experiments.Shared;

namespace SpectralExperiments.Tests;

public sealed class DeviationListTests
{
    private const string Text = "# Title\n\n- [] always\n- [mini|paper] at two\n- [mini, !max_steps] unless given\n- [quirk] on\n";

    [Theory]
    [InlineData("always;at two;unless given", "mini")]
    [InlineData("always;at two", "mini", "max_steps")]
    [InlineData("always;at two;on", "paper", "quirk")]
    [InlineData("always", "mini-data")]
    public void Items_hold_under_their_conditions(string expected, params string[] on) =>
        Assert.Equal(expected.Split(';'), DeviationList.Read(Text, on));

    [Theory]
    [InlineData("no item", "found \"no item\"")]
    [InlineData("- [mini text", "expected \"- [conditions] text\"")]
    public void A_broken_list_is_refused(string text, string expected) =>
        Assert.Contains(
            expected, Assert.Throws<InvalidDataException>(() => DeviationList.Read(text, [])).Message, StringComparison.Ordinal);
}
