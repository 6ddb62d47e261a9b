using Reproduction.Claims;
using Reproduction.Published;
using SpectralExperiments.Tests;

namespace Reproduction.Tests.Claims;

public sealed class ClaimTests
{
    private static readonly Dictionary<string, string> Ranked = [];

    private static readonly ClaimRule Best = new(
        "best", "Fake", "A is best", "Table 0", new ClaimMethod("a", null), ">", [new ClaimMethod("b", null), new ClaimMethod("c", null)],
        ["accuracy", "matthews"], ["rte"], 1, 1);

    private static ResultRow Row(
        string method, double value, int? seed = 0, string task = "rte",
        double? standardError = null, string metric = "accuracy", int? step = null, int? rank = 8) =>
        new("Fake", "mini", method, rank, task, seed, step, metric, value, null, standardError, "%");

    private static ClaimResult Judge(ClaimRule rule, params IEnumerable<ResultRow>[] rows) =>
        new ClaimJudge([.. rows.SelectMany(row => row)], _ => null, Ranked).Judge(rule);

    private static IEnumerable<ResultRow> Seeds(string method, params double[] values) =>
        values.Select((value, seed) => Row(method, value, seed));

    [Fact]
    public void A_claim_holds_against_all_rivals_fails_against_one_and_is_inconclusive_in_noise()
    {
        double[] b = [70, 72, 71], c = [60, 61, 62];

        Assert.Equal(ClaimVerdict.Holds, Judge(Best, Seeds("a", 80, 82, 81.5), Seeds("b", b), Seeds("c", c)).Verdict);
        Assert.Equal(ClaimVerdict.Fails, Judge(Best, Seeds("a", 65, 67, 66.5), Seeds("b", b), Seeds("c", c)).Verdict);
        var noisy = Judge(Best, Seeds("a", 71, 71, 73), Seeds("b", b), Seeds("c", c));
        Assert.Equal(ClaimVerdict.Inconclusive, noisy.Verdict);
        Assert.Contains("rte: a 71.67 against b 71.00 Inconclusive, c 61.00 Holds (3 seeds, paired t)", noisy.Evidence);
    }

    [Fact]
    public void Missing_results_are_inconclusive_and_named()
    {
        var result = Judge(Best, Seeds("a", 80, 81), Seeds("b", 70, 71));

        Assert.Equal(ClaimVerdict.Inconclusive, result.Verdict);
        Assert.Contains("no accuracy/matthews of c", result.Evidence);
    }

    [Fact]
    public void A_seed_without_a_number_decides_nothing_and_is_named()
    {
        var rule = Best with { Rivals = [new ClaimMethod("b", null)] };
        double[] a = [80, 81, 82], b = [10, 11, 10];
        Assert.Equal(ClaimVerdict.Holds, Judge(rule, Seeds("a", a), Seeds("b", b)).Verdict);

        // The broken run is left out of neither side.
        var broken = Judge(rule, Seeds("a", a), Seeds("b", 10, double.NaN, 10));
        Assert.Equal(ClaimVerdict.Inconclusive, broken.Verdict);
        Assert.Contains("b has no number at seed 1", broken.Evidence);
        Assert.Contains(
            "a has no number at seed 0, 1, 2", Judge(rule, Seeds("a", double.NaN, double.NaN, double.NaN), Seeds("b", b)).Evidence);

        var absent = Judge(rule, Seeds("a", a), Seeds("b", b).Take(2));
        Assert.Equal(ClaimVerdict.Inconclusive, absent.Verdict);
        Assert.Contains("b has no number at seed 2", absent.Evidence);
    }

    [Fact]
    public void Differences_without_spread_decide_nothing()
    {
        var rule = Best with { Rivals = [new ClaimMethod("b", null)] };

        // One row of 600 more in every seed.
        var result = Judge(rule, Seeds("a", 97.5, 97.5, 97.5), Seeds("b", 97.5 - (1.0 / 6), 97.5 - (1.0 / 6), 97.5 - (1.0 / 6)));

        Assert.Equal(ClaimVerdict.Inconclusive, result.Verdict);
        Assert.Contains("3 seeds without spread", result.Evidence);
        Assert.Equal(ClaimVerdict.Inconclusive, Judge(rule, Seeds("a", 97.5, 97.5), Seeds("b", 97.5, 97.5)).Verdict);
    }

    [Fact]
    public void A_contradiction_by_one_of_many_rivals_has_to_be_surer()
    {
        // Differences of mean -1 and deviation 0.35: t = 4.95 with two degrees of freedom, p = 0.039; of deviation 0.1: p = 0.003.
        var alone = Best with { Rivals = [new ClaimMethod("b", null)] };
        double[] a = [70, 70, 70], b = [71.35, 71, 70.65];

        Assert.Equal(ClaimVerdict.Fails, Judge(alone, Seeds("a", a), Seeds("b", b)).Verdict);
        Assert.Equal(ClaimVerdict.Inconclusive, Judge(Best, Seeds("a", a), Seeds("b", b), Seeds("c", 60, 61, 62)).Verdict);
        Assert.Equal(ClaimVerdict.Fails, Judge(Best, Seeds("a", a), Seeds("b", 71.1, 71, 70.9), Seeds("c", 60, 61, 62)).Verdict);
    }

    [Fact]
    public void Several_ranks_are_no_seeds()
    {
        var rule = Best with { Rivals = [new ClaimMethod("b", null)] };

        var result = Judge(
            rule, Seeds("a", 80, 82),
            [Row("b", 10, 0, rank: 4), Row("b", 11, 1, rank: 4), Row("b", 12, 0, rank: 8), Row("b", 11, 1, rank: 8)]);

        Assert.Equal(ClaimVerdict.Inconclusive, result.Verdict);
        Assert.Contains("b has several ranks: 4, 8", result.Evidence);
    }

    [Fact]
    public void A_task_that_cannot_rank_methods_decides_nothing_and_is_named()
    {
        ResultRow[] rows = [.. Seeds("a", 80, 82, 81.5), .. Seeds("b", 70, 72, 71), .. Seeds("c", 60, 61, 62)];
        var unranked = new Dictionary<string, string> { ["rte"] = "no method is above chance" };

        var result = new ClaimJudge(rows, _ => null, unranked).Judge(Best);

        Assert.Equal(ClaimVerdict.Inconclusive, result.Verdict);
        Assert.Equal("rte left out: no method is above chance", result.Evidence);
    }

    [Fact]
    public void A_verdict_that_is_another_one_with_the_last_parameters_is_inconclusive()
    {
        var rule = Best with { Rivals = [new ClaimMethod("b", null)] };
        ResultRow[] kept = [.. Seeds("a", 80, 82, 81.5), .. Seeds("b", 70, 72, 71)];
        ResultRow[] better = [.. Seeds("a", 79, 82, 81.5).Select(Last)];
        ResultRow[] worse = [.. Seeds("a", 60, 62, 61.5).Select(Last)];

        Assert.Equal(ClaimVerdict.Holds, Judge(rule, kept).Verdict);
        var same = Judge(rule, kept, better);
        Assert.Equal(ClaimVerdict.Holds, same.Verdict);
        Assert.EndsWith("Holds with the parameters of the last step too", same.Evidence);
        var other = Judge(rule, kept, worse);
        Assert.Equal(ClaimVerdict.Inconclusive, other.Verdict);
        Assert.Contains("Holds with the parameters that were kept: rte: a 81.17", other.Evidence);
        Assert.Contains("Fails with those of the last step: rte: a 61.17", other.Evidence);

        static ResultRow Last(ResultRow row) => row with { Metric = row.Metric + MetricRow.LastStepSuffix };
    }

    [Fact]
    public void The_predictions_of_the_last_step_belong_to_its_values()
    {
        var rule = Best with { Rivals = [new ClaimMethod("b", null)] };
        double[] right = [.. Enumerable.Repeat(1.0, 40)], wrong = [.. Enumerable.Repeat(0.0, 40)];
        ResultRow[] rows = [Row("a", 100), Row("b", 0), Row("a", 0, metric: "accuracy_last"), Row("b", 100, metric: "accuracy_last")];

        var result = new ClaimJudge(
            rows, row => new Predictions(row.Metric, PredictionScore.Accuracy, row.Value > 50 ? right : wrong, right), Ranked).Judge(rule);

        Assert.Equal(ClaimVerdict.Inconclusive, result.Verdict);
        Assert.Contains("Fails with those of the last step: rte: a 0.00 against b 100.00 Fails (one seed, McNemar)", result.Evidence);
    }

    [Fact]
    public void Correlations_of_constant_predictions_decide_nothing()
    {
        var rule = Best with { Rivals = [new ClaimMethod("b", null)], Metrics = ["pearson"] };
        ResultRow[] rows = [Row("a", 0, metric: "pearson"), Row("b", 50, metric: "pearson")];

        var result = new ClaimJudge(rows, row =>
            new Predictions("pearson", PredictionScore.Pearson, row.Method == "a" ? [1, 1, 1, 1] : [1, 2, 3, 4], [1, 2, 4, 3]), Ranked)
            .Judge(rule);

        Assert.Equal(ClaimVerdict.Inconclusive, result.Verdict);
    }

    [Fact]
    public void One_seed_decides_with_standard_errors_only()
    {
        var rule = Best with { Rivals = [new ClaimMethod("b", null)] };

        Assert.Equal(ClaimVerdict.Inconclusive, Judge(rule, [Row("a", 80), Row("b", 60)]).Verdict);
        Assert.Equal(ClaimVerdict.Holds, Judge(rule, [Row("a", 80, standardError: 2), Row("b", 74, standardError: 2)]).Verdict);
        Assert.Equal(ClaimVerdict.Inconclusive, Judge(rule, [Row("a", 80, standardError: 2), Row("b", 75, standardError: 2)]).Verdict);
    }

    [Fact]
    public void Predictions_decide_one_seed_by_paired_tests()
    {
        var expected = Enumerable.Range(0, 40).Select(i => (double)(i % 2)).ToArray();
        var worse = expected.Select((label, i) => i < 8 ? 1 - label : label).ToArray();
        foreach (var score in (PredictionScore[])[PredictionScore.Accuracy, PredictionScore.Matthews])
        {
            const string metric = "any-score";
            var rule = Best with { Rivals = [new ClaimMethod("b", null)], Metrics = [metric] };
            var rows = (ResultRow[])[Row("a", 100, metric: metric), Row("b", 80, metric: metric)];

            ClaimVerdict Verdict(ClaimRule rule, double[] a, double[] b) =>
                new ClaimJudge(rows, row => new Predictions(metric, score, row.Method == "a" ? a : b, expected), Ranked)
                    .Judge(rule).Verdict;

            Assert.Equal(ClaimVerdict.Holds, Verdict(rule, expected, worse));
            Assert.Equal(ClaimVerdict.Fails, Verdict(rule, worse, expected));
            Assert.Equal(ClaimVerdict.Inconclusive, Verdict(rule, expected, expected));
        }
    }

    [Fact]
    public void A_number_of_tasks_can_be_enough()
    {
        var rule = Best with { Tasks = ["rte", "mrpc", "cola"], AtLeast = 2, Rivals = [new ClaimMethod("b", null)] };
        ResultRow[] OnTask(string task, double a) => [Row("a", a, 0, task, 1), Row("b", 70, 0, task, 1)];

        Assert.Equal(ClaimVerdict.Holds, Judge(rule, OnTask("rte", 80), OnTask("mrpc", 80), OnTask("cola", 60)).Verdict);
        Assert.Equal(ClaimVerdict.Fails, Judge(rule, OnTask("rte", 80), OnTask("mrpc", 60), OnTask("cola", 60)).Verdict);
        Assert.Equal(ClaimVerdict.Inconclusive, Judge(rule, OnTask("rte", 80), OnTask("mrpc", 70), OnTask("cola", 60)).Verdict);
    }

    [Fact]
    public void Curves_are_compared_at_the_last_step_that_all_methods_reach()
    {
        var rule = Best with { Relation = "<", Metrics = ["training_loss"], Rivals = [new ClaimMethod("b", null)] };
        ResultRow Point(string method, int step, double loss) =>
            Row(method, loss, metric: "training_loss", step: step, standardError: 0.001);

        Assert.Equal(ClaimVerdict.Holds, Judge(
            rule, [Point("a", 100, 0.5), Point("a", 200, 0.3), Point("b", 100, 0.4), Point("b", 200, 0.35), Point("b", 300, 0.1)]).Verdict);
    }

    [Fact]
    public void Values_that_follow_from_shapes_are_exact_and_factors_and_ranks_count()
    {
        ResultRow Count(string method, int rank, double value) => Row(method, value, null, "", metric: PlannedRows.Parameters, rank: rank);
        ResultRow[] rows = [Count("a", 2, 100), Count("a", 4, 200), Count("b", 2, 100)];
        var rule = Best with
        {
            Subject = new ClaimMethod("a", 2),
            Relation = "=",
            Rivals = [new ClaimMethod("b", null)],
            Metrics = [PlannedRows.Parameters],
            Tasks = [""],
        };

        Assert.Equal(ClaimVerdict.Holds, Judge(rule, rows).Verdict);
        Assert.Equal(ClaimVerdict.Fails, Judge(rule with { Subject = new ClaimMethod("a", 4) }, rows).Verdict);
        Assert.Equal(ClaimVerdict.Holds, Judge(rule with { Subject = new ClaimMethod("a", 4), Factor = 2 }, rows).Verdict);
        Assert.Equal(ClaimVerdict.Holds, Judge(rule with { Relation = "<=", Factor = 1.2 }, rows).Verdict);
    }

    [Fact]
    public void The_shipped_claims_can_be_read_and_the_published_values_bear_out_those_that_they_decide()
    {
        var folder = Path.Combine(RepositoryPaths.Root, "data", "published");
        var rules = ClaimTable.Read(Path.Combine(folder, ClaimTable.FileName));

        var artefacts = new Dictionary<string, string[]>
        {
            ["DebertaGlue"] = ["table1"],
            ["Llama3OrcaMath"] = ["figure1"],
            ["MistralGsm8k"] = ["table2"],
            ["AdapterFusion"] = ["section4.2-logs"],
            ["AdapterEfficiency"] = ["figure6"],
            ["SpectralAnalysis"] = ["section3.1"],
        };
        string[] borneOut =
        [
            "table1-average", "table1-second", "table1-third", "table1-most-tasks", "table1-budget", "figure1-loss", "figure1-full",
            "figure1-score", "table2-score", "table2-budget",
            "section3.1-capacity", "section4.2-fusion-time", "figure6-smallest", "figure6-20k",
        ];
        foreach (var rule in rules)
        {
            // Without its noise, every published number must stand in the claimed relation: a check of the rules, not of the paper.
            var rows = PublishedTable.Load(folder, artefacts[rule.Experiment]).Select(value => new ResultRow(
                "Published", "paper", value.Method, value.Rank, value.Task, 0,
                value.Step, value.Metric, value.Value, null, 1e-9, value.Unit)).ToList();
            var result = new ClaimJudge(rows, _ => null, Ranked).Judge(rule);
            Assert.True(
                result.Verdict == (borneOut.Contains(rule.Id) ? ClaimVerdict.Holds : ClaimVerdict.Inconclusive),
                $"{rule.Id}: {result.Verdict}: {result.Evidence}");
        }
    }

    [Theory]
    [InlineData("a,Fake,t,s,x,~,y,m,rte,,", "line 2: found relation \"~\"")]
    [InlineData("a,Fake,t,s,x,<,y,m,rte;cola,,3", "line 2: found at_least 3, expected 1 to 2")]
    [InlineData("a,Fake,t,s,x:r,<,y,m,rte,,", "line 2: found the method \"x:r\"")]
    [InlineData("a,Fake,t,s,x,<,y,m,rte,,\na,Fake,t,s,x,<,y,m,rte,,", "line 3: found the id a again")]
    [InlineData("a,Fake,t,s,,<,y,m,rte,,", "line 2: found no subject")]
    public void A_bad_rule_is_named_with_its_line(string lines, string expected)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "id,experiment,claim,source,subject,relation,rivals,metric,tasks,factor,at_least\n" + lines + "\n");
        try
        {
            Assert.Contains(expected, Assert.Throws<UserErrorException>(() => ClaimTable.Read(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
