using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

public sealed class LongestFirstTests
{
    [Theory]
    [InlineData(9, 9, 29, 9, 9)]
    [InlineData(27, 6, 29, 23, 6)]
    [InlineData(6, 27, 29, 6, 23)]
    [InlineData(20, 15, 29, 15, 14)]
    [InlineData(15, 20, 29, 14, 15)]
    [InlineData(20, 20, 29, 14, 15)]
    [InlineData(20, 20, 28, 14, 14)]
    [InlineData(14, 15, 28, 14, 14)]
    [InlineData(0, 40, 29, 0, 29)]
    [InlineData(40, 1, 1, 1, 0)]
    [InlineData(5, 5, 0, 0, 0)]
    public void Cuts_the_longer_text_first_then_both_to_half(int first, int second, int budget, int keptFirst, int keptSecond) =>
        Assert.Equal((keptFirst, keptSecond), LongestFirst.Lengths(first, second, budget));
}
