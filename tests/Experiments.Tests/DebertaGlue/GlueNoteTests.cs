namespace SpectralExperiments.Tests;

public sealed class GlueNoteTests
{
    [Fact]
    public void The_note_on_learning_rates_counts_what_is_selected_and_says_how_long_they_were_tried()
    {
        var options = GlueOptions.Of("mini", "max_steps=1");
        var trials = GlueOptions.Experiment.Trials(options).Select(entry => entry.Trial)
            .Where(trial => trial is { Method: "oft", Task: "rte" or "cola" }).ToList();

        var note = Assert.Single(GlueOptions.Experiment.Notes(trials, options));

        Assert.StartsWith(
            "learning rates of 2 pairs of method and task: the reference sweep (300 steps on cola, 125 on rte), ", note,
            StringComparison.Ordinal);
    }
}
