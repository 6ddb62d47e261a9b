using Training.Optimization;

namespace Training.Tests.Optimization;

public sealed class ScheduleTests
{
    [Fact]
    public void Rates_equal_hugging_face()
    {
        foreach (var entry in Fixtures.Json("training", "schedules.json").GetProperty("schedules").EnumerateArray())
        {
            var type = Enum.Parse<ScheduleType>(
                entry.GetProperty("type").GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
            var schedule = new LearningRateSchedule(type, entry.GetProperty("warmup").GetInt32(), entry.GetProperty("steps").GetInt32());
            var rate = entry.GetProperty("lr").GetDouble();
            double[] expected = [.. entry.GetProperty("lr_used_at_step").Doubles(), entry.GetProperty("lr_after_last_step").GetDouble()];
            for (var step = 0; step < expected.Length; step++)
            {
                Assert.Equal(expected[step], rate * schedule.Factor(step), 1e-12 * Math.Max(expected[step], 1e-12));
            }
        }
    }
}
