using DebertaGlue;
using SpectralAdapters;
using Tasks.Glue;

namespace SpectralExperiments.Tests;

public sealed class AdaLoraScheduleTests
{
    private const int PublishedBatchSize = 32;

    [Theory]
    // Longer than AdaLoRA's own runs: the table as it stands.
    [InlineData("qqp", 113_710, 8000, 25000, 100)]
    [InlineData("stsb", 5_400, 800, 2000, 10)]
    // Shorter: 12,272 of 85,904 steps, 1,014 of 3,900 and so on.
    [InlineData("mnli", 12_272, 1142, 7142, 14)]
    [InlineData("sst2", 10_525, 1250, 4583, 20)]
    [InlineData("mrpc", 1_495, 260, 780, 1)]
    [InlineData("cola", 2_144, 256, 1120, 3)]
    [InlineData("qnli", 3_274, 400, 1600, 20)]
    [InlineData("rte", 1_014, 156, 468, 1)]
    public void The_published_epochs_leave_steps_to_prune_in(string name, int steps, long initial, long final, long interval)
    {
        var task = GlueTask.Parse(name);
        var epochs = GlueMethods.Published("adalora", name).Epochs!.Value;
        Assert.Equal(steps, epochs * ((task.TrainSize + PublishedBatchSize - 1) / PublishedBatchSize));

        var schedule = GlueMethods.Allocation(task, 24, steps);

        Assert.Equal(
            new RankAllocation { TargetRank = 24, TotalSteps = steps, InitialSteps = initial, FinalSteps = final, Interval = interval },
            schedule);
        new AdaLoraConfig { Rank = 36, Allocation = schedule }.Validate();
    }

    [Fact]
    public void A_long_run_is_scaled_without_overflow()
    {
        // Four epochs of MNLI: 50,000 * 49,088 / 85,904 is beyond 32 bits on the way.
        var schedule = GlueMethods.Allocation(GlueTask.Mnli, 24, 49_088);

        Assert.Equal((4_571, 28_571, 57), (schedule.InitialSteps, schedule.FinalSteps, schedule.Interval));
    }

    [Fact]
    public void Every_run_of_two_steps_or_more_ends_at_the_target()
    {
        foreach (var task in GlueTask.All)
        {
            for (var steps = 2; steps < 300; steps++)
            {
                var schedule = GlueMethods.Allocation(task, 6, steps);
                new AdaLoraConfig { Rank = 9, Allocation = schedule }.Validate();
                Assert.Equal(6 * 18, schedule.At(steps - schedule.FinalSteps, 9 * 18, 18).Budget);
            }
        }
    }
}
