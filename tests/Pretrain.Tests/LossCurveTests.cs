using Pretrain.Deberta;
using Reproduction;
using SpectralExperiments.Tests;

namespace Pretrain.Tests;

public sealed class LossCurveTests
{
    [Fact]
    public void The_curve_is_drawn_from_the_file_that_was_written()
    {
        using var folder = new TemporaryFolder();
        LossCurve.Write([new LossPoint(5, 3.25, 1e-3), new LossPoint(10, 2.125, 5e-4)], folder.Root);
        Assert.Equal("step,loss,learning_rate\n5,3.25,0.001\n10,2.125,0.0005\n", File.ReadAllText(folder.File("loss.csv")));

        LossCurve.Draw(folder.Root);
        var svg = File.ReadAllText(folder.File("loss.svg"));
        Assert.Contains($"Pretraining of {Path.GetFileName(folder.Root)}", svg, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("loss.png")));
    }

    [Theory]
    [InlineData("step,loss,learning_rate\n5,x,0.001\n", "line 2: found loss \"x\", expected a number")]
    [InlineData("step,loss,learning_rate\n,3,0.001\n", "line 2: found no step, expected a whole number")]
    [InlineData("step,loss\n5,3\n", "line 1: found the header \"step,loss\"")]
    public void A_damaged_file_is_named_with_its_line(string text, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("loss.csv"), text);
        var error = Assert.Throws<UserErrorException>(() => LossCurve.Draw(folder.Root));
        Assert.Contains($"{folder.File("loss.csv")}, {message}", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("loss.svg")));
    }
}
