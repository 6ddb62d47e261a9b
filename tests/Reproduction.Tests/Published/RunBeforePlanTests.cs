using Reproduction.Published;

namespace Reproduction.Tests.Published;

/// <summary>At the paper's size, what trials report of parameters stands before what shapes give.</summary>
public sealed class RunBeforePlanTests
{
    private static readonly PublishedValue Share =
        new("table1", "lora", 24, "", null, PlannedRows.Share, 0.72, 2, null, null, "%", "here", "V");

    private static readonly ResultRow Plan =
        new("Fake", "paper", "lora", 24, "", null, null, PlannedRows.Share, 0.7153, null, null, "%");

    [Fact]
    public void A_record_that_says_otherwise_decides()
    {
        var row = Compare("paper", Plan, Plan with { Task = "rte", Seed = 0, Value = 0.005 });

        Assert.Equal((0.005, false), (row.Measured!.Mean, row.Measured.IsPlanned));
        Assert.Equal(new Verdict(VerdictKind.Lower), row.Verdict);
    }

    [Fact]
    public void Without_a_record_and_at_smaller_sizes_the_plan_is_compared_and_called_so()
    {
        foreach (var row in (ComparisonRow[])
            [Compare("paper", Plan), Compare("mini", Plan, Plan with { Task = "rte", Seed = 0, Value = 0.005 })])
        {
            Assert.Equal((0.7153, true), (row.Measured!.Mean, row.Measured.IsPlanned));
            Assert.Equal(new Verdict(VerdictKind.Reproduced, "planned, from shapes"), row.Verdict);
        }
    }

    private static ComparisonRow Compare(string profile, params ResultRow[] rows) =>
        new Comparison(new Profile(profile, 1, ""), rows, [], _ => "no result yet").Compare(Share);
}
