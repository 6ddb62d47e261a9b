using System.Globalization;
using Bench.Gemm;
using Bench.Torch;

namespace Bench.Tests;

/// <summary>The processes that <c>gemm</c> and <c>torch</c> measure.</summary>
public sealed class PeerTests
{
    [Fact]
    public void Every_product_is_measured()
    {
        using var input = new StringReader(string.Join('\n', Enumerable.Range(0, GemmProduct.All.Count)));
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(0, GemmBenchmark.Serve(input, output));
        AssertAnswers(output, GemmProduct.All.Count);
    }

    [Fact]
    public void Steps_are_answered_with_seconds()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(0, TorchBenchmark.Serve(new StringReader("1\n2\n"), output));
        AssertAnswers(output, 2);
    }

    [Fact]
    public void A_process_that_stops_is_named()
    {
        var command = LineProcess.Own("gemm", GemmBenchmark.ServeOption);
        command.RedirectStandardError = true;
        using var process = new LineProcess("a side", command);
        var error = Assert.Throws<InvalidOperationException>(() => process.Ask("not an index"));
        Assert.Contains("'a side' stopped", error.Message, StringComparison.Ordinal);
    }

    // The greeting names the library; the answers are positive numbers.
    private static void AssertAnswers(StringWriter output, int count)
    {
        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("libtorch 2.", lines[0], StringComparison.Ordinal);
        Assert.Equal(count, lines.Length - 1);
        Assert.All(lines[1..], line => Assert.True(double.Parse(line, CultureInfo.InvariantCulture) > 0, line));
    }
}
