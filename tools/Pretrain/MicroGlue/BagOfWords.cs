using System.Text.RegularExpressions;
using Tasks.Glue;

namespace Pretrain.MicroGlue;

/// <summary>
/// Logistic (for scores: linear) regression on the words of an example, regardless of their order: the words of each sentence and,
/// for pairs, the words that both have, that one of them has, and how many those are.
/// </summary>
internal sealed partial class BagOfWords
{
    private const int Epochs = 30;
    private const double LearningRate = 0.1;
    private const double Decay = 1e-4;

    private readonly Dictionary<string, int> _features = [];
    private readonly int _outputs;
    private double[][] _weights = [];

    /// <param name="task">The task.</param>
    /// <param name="split">The training split.</param>
    public BagOfWords(GlueTask task, GlueSplit split)
    {
        _outputs = task.OutputCount;
        var examples = split.Examples.Select(example => Features(example, grow: true)).ToList();
        _weights = [.. Enumerable.Range(0, _outputs).Select(_ => new double[_features.Count])];
        var squares = _weights.Select(output => new double[output.Length]).ToArray();
        for (var step = 0; step < Epochs * examples.Count; step++)
        {
            var example = (int)((long)step * 7919 % examples.Count);
            Learn(examples[example], split.Examples[example].Label, squares);
        }
    }

    /// <summary>The class, or the score.</summary>
    public double Predict(GlueExample example)
    {
        var scores = Scores(Features(example, grow: false));
        return _outputs == 1 ? scores[0] : Array.IndexOf(scores, scores.Max());
    }

    // Adagrad, which suits features of very different frequency.
    private void Learn(List<(int Feature, double Value)> example, double label, double[][] squares)
    {
        var scores = Scores(example);
        var largest = scores.Max();
        var sum = scores.Sum(score => Math.Exp(score - largest));
        for (var output = 0; output < _outputs; output++)
        {
            var error = _outputs == 1 ? scores[0] - label : (Math.Exp(scores[output] - largest) / sum) - (output == (int)label ? 1 : 0);
            foreach (var (feature, value) in example)
            {
                var gradient = (error * value) + (Decay * _weights[output][feature]);
                squares[output][feature] += gradient * gradient;
                _weights[output][feature] -= LearningRate * gradient / Math.Sqrt(squares[output][feature] + 1e-8);
            }
        }
    }

    private double[] Scores(List<(int Feature, double Value)> example) =>
        [.. _weights.Select(output => example.Sum(entry => output[entry.Feature] * entry.Value))];

    private List<(int Feature, double Value)> Features(GlueExample example, bool grow)
    {
        var found = new List<(int, double)>();
        Add("bias", 1);
        var first = Words(example.Sentence1);
        AddAll("1:", first);
        if (example.Sentence2 is { } sentence2)
        {
            var second = Words(sentence2);
            AddAll("2:", second);
            AddAll("both:", [.. first.Intersect(second)]);
            AddAll("one:", [.. first.Except(second).Concat(second.Except(first))]);
            Add("count of one", first.Except(second).Count() / 5.0);
            Add("count of the other", second.Except(first).Count() / 5.0);
            Add($"counts {first.Except(second).Count()} {second.Except(first).Count()}", 1);
            Add("share of both", (double)first.Intersect(second).Count() / Math.Max(1, first.Union(second).Count()));
        }

        return found;

        void AddAll(string prefix, IReadOnlyCollection<string> words)
        {
            foreach (var word in words)
            {
                Add(prefix + word, 1 / Math.Sqrt(words.Count));
            }
        }

        void Add(string name, double value)
        {
            if (!_features.TryGetValue(name, out var feature))
            {
                if (!grow)
                {
                    return;
                }

                _features.Add(name, feature = _features.Count);
            }

            found.Add((feature, value));
        }
    }

    private static HashSet<string> Words(string sentence) => [.. Word().Matches(sentence.ToLowerInvariant()).Select(match => match.Value)];

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
