using DebertaGlue;
using Experiments.Shared;
using SpectralAdapters;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests;

/// <summary>The methods of official deberta_tune/*/glue_tune.py, setting by setting.</summary>
public sealed class GlueMethodsTests
{
    [Theory]
    [InlineData("mnli", 1e-4, 1e-4, 8e-5, 5e-4, 1, 1)]
    [InlineData("sst2", 6e-5, 1e-4, 2e-4, 8e-4, 5, 5)]
    [InlineData("mrpc", 2e-4, 7e-4, 9e-4, 1e-3, 13, 13)]
    [InlineData("cola", 1e-4, 3e-4, 4e-4, 5e-4, 8, 8)]
    [InlineData("qnli", 1e-4, 1e-4, 2e-4, 1.2e-3, 1, 1)]
    [InlineData("qqp", 1e-4, 1e-4, 3e-4, 5e-4, 10, 10)]
    [InlineData("rte", 2e-4, 3e-4, 3e-4, 1.2e-3, 10, 13)]
    [InlineData("stsb", 2e-4, 5e-4, 7e-4, 2.2e-3, 30, 30)]
    public void The_paper_profile_has_the_official_scripts_settings(
        string task, double lora, double spectral, double oft, double adaLora, int epochs, int adaLoraEpochs)
    {
        (string Method, double Rate, int Epochs)[] expected =
        [
            ("lora", lora, epochs), ("dora", lora, epochs), ("spectral-a", spectral, epochs), ("oft", oft, epochs),
            ("adalora", adaLora, adaLoraEpochs), ("full", 2e-5, epochs),
        ];
        foreach (var (method, rate, passes) in expected)
        {
            Assert.Equal(
                new FineTuningSettings { LearningRate = rate, Epochs = passes, BatchSize = 32, WeightDecay = 0.01, EvaluationSteps = 500 },
                GlueOptions.Experiment.Trials(GlueOptions.Of("paper"))
                    .Single(entry => entry.Trial.Method == method && entry.Trial.Task == task).Spec.Training);
        }
    }

    [Fact]
    public void Only_the_real_examples_of_the_small_model_are_truncated()
    {
        Assert.Equal(64, Spec("mini-data", "lora").Training.MaxLength);
        Assert.Null(Spec("mini", "lora").Training.MaxLength);
        Assert.Null(Spec("paper", "lora").Training.MaxLength);
        Assert.Equal(32, Spec("mini", "lora", "rte", "max_length=32").Training.MaxLength);
    }

    [Fact]
    public void Lora_and_dora_have_rank_24_alpha_32_and_dropout()
    {
        var lora = Assert.IsType<LoraConfig>(Spec("paper", "lora").Adapter);
        var dora = Assert.IsType<DoraConfig>(Spec("paper", "dora").Adapter);

        Assert.Equal((24, 32.0, 0.01), (lora.Rank, lora.Alpha, lora.Dropout));
        Assert.Equal((24, 32.0, 0.01), (dora.Rank, dora.Alpha, dora.Dropout));
    }

    [Theory]
    [InlineData("mnli", 0.1)]
    [InlineData("cola", 0.5)]
    [InlineData("rte", 0.3)]
    public void Adalora_starts_at_36_and_is_pruned_only_where_asked(string task, double orthogonalRegularization)
    {
        var config = Assert.IsType<AdaLoraConfig>(Spec("paper", "adalora", task).Adapter);

        Assert.Equal(
            (36, 32.0, 0.01, orthogonalRegularization), (config.Rank, config.Alpha, config.Dropout, config.OrthogonalRegularization));
        Assert.Null(config.Allocation);
        Assert.Null(Spec("paper", "adalora", task).AdaLoraTargetRank);
        Assert.Equal(24, Spec("paper", "adalora", task, "adalora_allocation=true").AdaLoraTargetRank);
        Assert.Null(Spec("paper", "lora", task, "adalora_allocation=true").AdaLoraTargetRank);
    }

    [Theory]
    [InlineData("paper", 24, 32)]
    [InlineData("mini", 6, 8)]
    [InlineData("mini-data", 6, 8)]
    public void The_scale_of_an_update_is_the_published_one_at_every_rank(string profile, int rank, double alpha)
    {
        var lora = Assert.IsType<LoraConfig>(Spec(profile, "lora").Adapter);
        var dora = Assert.IsType<DoraConfig>(Spec(profile, "dora").Adapter);
        var adaLora = Assert.IsType<AdaLoraConfig>(Spec(profile, "adalora").Adapter);

        Assert.Equal([(rank, alpha), (rank, alpha)], ((LowRankConfig[])[lora, dora]).Select(config => (config.Rank, config.Alpha)));
        Assert.Equal((rank * 3 / 2, alpha), (adaLora.Rank, adaLora.Alpha));
    }

    [Fact]
    public void Every_trial_of_every_profile_has_the_published_scale()
    {
        foreach (var profile in GlueOptions.Experiment.Profiles)
        {
            string[] settings = profile.Name == "small" ? ["learning_rate=0.001"] : [];
            var adapters = GlueOptions.Experiment.Trials(GlueOptions.Of(profile.Name, settings))
                .Select(entry => entry.Spec.Adapter).OfType<LowRankConfig>().ToList();

            Assert.NotEmpty(adapters);
            Assert.All(adapters, config =>
                Assert.Equal(config is AdaLoraConfig ? 32.0 / 36 : 32.0 / 24, config.Alpha / config.Rank, 1e-12));
        }
    }

    [Fact]
    public void The_real_pretrained_model_has_every_method_and_its_head_alone()
    {
        var trials = GlueOptions.Experiment.Trials(GlueOptions.Of("small", "learning_rate=0.001"))
            .Where(entry => entry.Trial.Task == "mrpc").ToList();

        Assert.Equal(
            [("full", null), ("lora", 12), ("dora", 12), ("oft", 4), ("adalora", 12), ("spectral-a", 12), ("head-only", null)],
            trials.Select(entry => (entry.Trial.Method, entry.Trial.Rank)));
        Assert.All(trials, entry => Assert.Equal(
            new FineTuningSettings
            {
                LearningRate = 0.001, Epochs = 3, BatchSize = 32, WeightDecay = 0.01, EvaluationSteps = 115, GroupByLength = true,
                MaxLength = 128,
            },
            entry.Spec.Training));
        Assert.All(trials.Where(entry => entry.Trial.Method != "full"), entry =>
            Assert.Equal(["pre_classifier", "classifier"], entry.Spec.Adapter.ModulesToSave));
        var lora = (LoraConfig)trials[1].Spec.Adapter;
        Assert.Equal((12, 16.0), (lora.Rank, lora.Alpha));
        Assert.True(lora.TargetModules!.Match("bert.encoder.layer.5.attention.self.value"));
        Assert.Equal(18, ((AdaLoraConfig)trials[4].Spec.Adapter).Rank);
        var pooler = GlueOptions.Experiment.Trials(GlueOptions.Of("small", "learning_rate=0.001", "head=pooler", "batch_size=64"))
            .First(entry => entry.Trial.Method == "head-only" && entry.Trial.Task == "mrpc").Spec;
        Assert.Equal(["classifier"], pooler.Adapter.ModulesToSave);
        Assert.Equal(58, pooler.Training.EvaluationSteps);
    }

    [Fact]
    public void The_sweep_at_small_takes_one_epoch_and_is_scored_at_its_end()
    {
        var spec = GlueOptions.Experiment.Trials(GlueOptions.Of("small-sweep")).First().Spec;

        Assert.Equal((1, null), (spec.Training.Epochs, spec.Training.EvaluationSteps));
        Assert.Equal([1e-4, 3e-4, 1e-3, 3e-3], DebertaGlueExperiment.SmallGrid);
    }

    [Fact]
    public void Oft_shares_four_blocks_at_every_width()
    {
        var config = Assert.IsType<OftConfig>(Spec("paper", "oft").Adapter);

        Assert.Equal((OftConvention.OutputSide, 4, null, true), (config.Convention, config.Blocks, config.BlockSize, config.ShareBlocks));
        Assert.Equal(4, Assert.IsType<OftConfig>(Spec("mini", "oft").Adapter).Blocks);
    }

    [Fact]
    public void Spectral_a_takes_the_top_24_columns_and_rounds_its_remainder_where_the_quirk_is_on()
    {
        var config = Assert.IsType<SpectralAConfig>(Spec("paper", "spectral-a").Adapter);

        Assert.Equal(ColumnSelection.Top(24), config.Columns);
        Assert.Equal(ScalarType.BFloat16, config.ResidualType);
        Assert.Null(((SpectralAConfig)Spec("paper", "spectral-a", "rte", "bf16_residual=false").Adapter).ResidualType);
        Assert.Null(((SpectralAConfig)Spec("mini", "spectral-a").Adapter).ResidualType);
    }

    [Fact]
    public void All_adapters_sit_on_query_key_and_value_and_train_the_classifier()
    {
        foreach (var method in GlueMethods.All.Where(method => method.Name != "full"))
        {
            var config = Spec("paper", method.Name).Adapter;

            Assert.Equal(["classifier"], config.ModulesToSave);
            foreach (var name in (string[])["query_proj", "key_proj", "value_proj"])
            {
                Assert.True(config.TargetModules!.Match($"deberta.encoder.layer.3.attention.self.{name}"));
            }

            Assert.False(config.TargetModules!.Match("deberta.encoder.layer.3.attention.output.dense"));
        }
    }

    [Fact]
    public void A_narrow_model_takes_the_rank_of_the_same_share_beside_the_published_one()
    {
        var trials = GlueOptions.Experiment.Trials(GlueOptions.Of("mini")).Select(entry => entry.Trial).Where(trial => trial.Task == "rte");

        Assert.Equal(
            [("full", null, null), ("lora", 6, 24), ("dora", 6, 24), ("oft", 4, 4), ("adalora", 6, 24), ("spectral-a", 6, 24)],
            trials.Select(trial => (trial.Method, trial.Rank, trial.PublishedRank)));
    }

    private static GlueSpec Spec(string profile, string method, string task = "rte", params string[] settings) =>
        GlueOptions.Experiment.Trials(GlueOptions.Of(profile, settings))
            .Single(entry => entry.Trial.Method == method && entry.Trial.Task == task).Spec;
}
