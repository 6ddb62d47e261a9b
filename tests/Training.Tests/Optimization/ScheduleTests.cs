using Training.Optimization;

namespace Training.Tests.Optimization;

public sealed class ScheduleTests
{
    [Fact]
    public void Rates_equal_hugging_face()
    {
        foreach (var entry in Fixtures.Json("training", "schedules.json").GetProperty("schedules").EnumerateArray())
        {
            var type = Enum.Parse<ScheduleType>(entry.GetProperty("type").GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
            var schedule = new LearningRateSchedule(type, entry.GetProperty("warmup").GetInt32(), entry.GetProperty("steps").GetInt32());
            var rate = entry.GetProperty("lr").GetDouble();
            var expected = entry.GetProperty("lr_used_at_step").Doubles().Append(entry.GetProperty("lr_after_last_step").GetDouble()).ToList();
            for (var step = 0; step < expected.Count; step++)
            {
                Assert.Equal(expected[step], rate * schedule.Factor(step), 1e-12 * Math.Max(expected[step], 1e-12));
            }
        }
    }

    [Fact]
    public void Decayed_parameters_are_those_of_the_trainer()
    {
        foreach (var model in Fixtures.Json("training", "weight_decay_names.json").EnumerateObject())
        {
            foreach (var parameter in model.Value.EnumerateObject())
            {
                Assert.True(parameter.Value.GetBoolean() == WeightDecayRule.AppliesTo(parameter.Name), parameter.Name);
            }
        }
    }

    [Theory]
    [InlineData("deberta.encoder.layer.0.attention.self.query_proj.lora_A.weight", true)]
    [InlineData("encoder.layer_norm1.weight", false)]
    [InlineData("normalizer.weight", true)]
    [InlineData("normal_proj.weight", true)]
    [InlineData("layers.0.q_norm.weight", false)]
    public void Names_are_matched_by_component(string name, bool decayed) => Assert.Equal(decayed, WeightDecayRule.AppliesTo(name));
}
