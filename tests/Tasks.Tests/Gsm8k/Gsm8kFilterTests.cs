using Tasks.Gsm8k;

namespace Tasks.Tests.Gsm8k;

/// <summary>Sixty responses against lm-eval 0.4.2 (tests/fixtures/gsm8k/answers.json).</summary>
public sealed class Gsm8kFilterTests
{
    private const string Calculation = "A #### 7\nB = $1,000\n#### ";

    [Fact]
    public void Responses_are_cut_extracted_and_scored_as_by_lm_eval()
    {
        var golden = Fixtures.Json("gsm8k", "answers.json");
        var stops = new StopStrings(golden.GetProperty("eos_text").GetString()!);
        var (strict, flexible) = (new List<bool>(), new List<bool>());
        foreach (var answer in golden.GetProperty("answers").EnumerateArray())
        {
            var (response, stoppedBy) = stops.Cut(answer.GetProperty("generated").GetString()!);
            var reference = Calculation + answer.GetProperty("gold").GetString();

            Assert.Equal(answer.GetProperty("response").GetString(), response);
            Assert.Equal(response != answer.GetProperty("generated").GetString(), stoppedBy is not null);
            strict.Add(Check("strict-match", Gsm8kFilter.StrictMatch(response, reference)));
            flexible.Add(Check("flexible-extract", Gsm8kFilter.FlexibleExtract(response, reference)));

            bool Check(string filter, Gsm8kExtraction found)
            {
                var expected = answer.GetProperty(filter);
                Assert.Equal(expected.GetProperty("extracted").GetString(), found.Answer);
                Assert.Equal(expected.GetProperty("exact_match").GetDouble(), found.IsCorrect ? 1 : 0);
                return found.IsCorrect;
            }
        }

        CheckTotal("strict-match", strict);
        CheckTotal("flexible-extract", flexible);

        void CheckTotal(string filter, List<bool> answers)
        {
            var expected = golden.GetProperty("totals").GetProperty(filter);
            var found = Gsm8kScore.Of(answers);
            Assert.Equal(60, answers.Count);
            Assert.Equal(expected.GetProperty("exact_match").GetDouble(), found.ExactMatch, 1e-15);
            Assert.Equal(expected.GetProperty("stderr").GetDouble(), found.StandardError, 1e-15);
        }
    }

    [Theory]
    [InlineData("The answer is $29.00", "$29.00", false)]
    [InlineData("29 ...", "...", false)]
    [InlineData("it is 29.", "29.", true)]
    [InlineData("none", Gsm8kFilter.Invalid, false)]
    [InlineData("٢٩", Gsm8kFilter.Invalid, false)]
    public void Flexible_extract_takes_the_last_match(string response, string answer, bool isCorrect) =>
        Assert.Equal(new Gsm8kExtraction(answer, isCorrect), Gsm8kFilter.FlexibleExtract(response, Calculation + "29"));

    [Theory]
    [InlineData("#### 1,234", "1,234", true)]
    [InlineData("#### 1234\n#### 5", "1234", true)]
    [InlineData("#### $1234", Gsm8kFilter.Invalid, false)]
    public void Strict_match_takes_the_first_match(string response, string answer, bool isCorrect) =>
        Assert.Equal(new Gsm8kExtraction(answer, isCorrect), Gsm8kFilter.StrictMatch(response, Calculation + "1234"));

    [Fact]
    public void The_standard_error_of_one_answer_is_not_a_number() =>
        Assert.Equal(new Gsm8kScore(1, double.NaN), Gsm8kScore.Of([true]));
}
