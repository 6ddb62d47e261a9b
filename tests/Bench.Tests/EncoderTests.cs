using System.Globalization;
using Bench.Encoders;
using ModelZoo.Bert;
using ModelZoo.Deberta;
using SpectralAdapters;
using static TorchSharp.torch;

namespace Bench.Tests;

/// <summary>What <c>deberta</c> and <c>minilm</c> measure: the right methods, in real training steps, on the rows it names.</summary>
public sealed class EncoderTests
{
    private static readonly DebertaConfig Tiny = new()
    {
        VocabSize = 50, HiddenSize = 48, IntermediateSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 2, PositionBuckets = 4,
        MaxPositionEmbeddings = 16,
    };

    private static readonly BertConfig TinyBert = new()
    {
        VocabSize = 50, HiddenSize = 64, IntermediateSize = 16, NumHiddenLayers = 1, NumAttentionHeads = 2, MaxPositionEmbeddings = 16,
    };

    private static readonly EncoderSubject[] Subjects =
    [
        EncoderSubject.Of(Tiny),
        EncoderSubject.MiniLm with
        {
            Config = TinyBert, Create = generator => new BertForSequenceClassification(TinyBert, generator),
        },
    ];

    public static TheoryData<string, string> Methods
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var subject in Subjects)
            {
                foreach (var method in subject.Methods)
                {
                    data.Add(subject.Command, method.Method);
                }
            }

            return data;
        }
    }

    /// <summary>The shares of Table 1, as data/published/table1.csv has them.</summary>
    [Theory]
    [InlineData("lora", 0.72)]
    [InlineData("dora", 0.73)]
    [InlineData("oft", 0.72)]
    [InlineData("adalora", 1.07)]
    [InlineData("spectral-a", 0.72)]
    public void Methods_train_the_published_shares(string method, double percent)
    {
        var config = Config(method);
        var shapes = DebertaShapes.Of(DebertaConfig.V3Base);
        var adapter = shapes.Where(pair =>
            pair.Key.EndsWith(".weight", StringComparison.Ordinal) && config.TargetModules!.Match(pair.Key[..^".weight".Length]))
            .Sum(pair => config.ParameterCount(pair.Value[0], pair.Value[1]));
        var head = shapes.Where(pair => config.ModulesToSave.Contains(pair.Key[..pair.Key.LastIndexOf('.')])).Sum(
            pair => pair.Value.Aggregate((product, size) => product * size));
        Assert.Equal(percent, Math.Round(100.0 * (adapter + head) / (adapter + DebertaShapes.ParameterCount(DebertaConfig.V3Base)), 2));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_answers_every_batch(string command, string method)
    {
        var subject = Subjects.Single(candidate => candidate.Command == command);
        set_num_threads(1);
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(0, EncoderPeer.Serve(new StringReader("5 5\n7 3 4\n"), output, subject, method));

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        using var training = new EncoderTraining(subject, subject.Method(method));
        Assert.Equal(training.TrainableCount, long.Parse(lines[0], CultureInfo.InvariantCulture));
        Assert.All(
            lines[1..], line => Assert.All(line.Split(' '), number => Assert.True(double.Parse(number, CultureInfo.InvariantCulture) > 0)));
    }

    /// <summary>Two random 36 x 48 matrices are far from orthonormal; the rest of the loss is ln 2.</summary>
    [Fact]
    public void Adalora_pays_its_penalty()
    {
        set_num_threads(1);
        using var training = new EncoderTraining(Subjects[0], Config("adalora"));
        using var free = new EncoderTraining(Subjects[0], (AdaLoraConfig)Config("adalora") with { OrthogonalRegularization = 0 });
        Assert.True(training.Step([6, 6]) > free.Step([6, 6]) + 0.3);
    }

    [Fact]
    public void Rows_are_the_same_in_both_orders()
    {
        var lengths = new RowLengths(8);
        var (random, bucketed) = (lengths.Random(), lengths.Bucketed());
        Assert.All(random.SelectMany(batch => batch), length => Assert.InRange(length, RowLengths.Shortest, RowLengths.Longest));
        Assert.Equal(random.SelectMany(batch => batch).Order(), bucketed.SelectMany(batch => batch).Order());
        Assert.Equal(lengths.Tokens, random.Sum(batch => batch.Sum()));
        Assert.Equal(RowLengths.Batches, random.Count);
        Assert.InRange(RowLengths.Computed(bucketed), lengths.Tokens, RowLengths.Computed(random) - 1);
        Assert.Equal(random, new RowLengths(8).Random());
    }

    [Fact]
    public void The_peers_work_is_that_of_methods_that_are_measured() => Assert.All(
        EncoderSubject.All, subject => Assert.All(subject.PeerWork.Keys, method => Assert.InRange(subject.IndexOf(method), 0, 5)));

    /// <summary>The floor counts the same products, of which a step's parts do no fewer and few more.</summary>
    [Fact]
    public void Parts_of_a_step_are_measured_and_have_the_floors_products()
    {
        foreach (var subject in EncoderSubject.All)
        {
            using var parts = new EncoderParts(subject);
            Assert.InRange(parts.All.Sum(part => part.Gflop), subject.Floor * 0.98, subject.Floor * 1.05);
        }

        using var tiny = new EncoderParts(Subjects[0]);
        Assert.All(tiny.All, part =>
        {
            part.Measure();
            Assert.InRange(part.Milliseconds, double.Epsilon, double.MaxValue);
        });
    }

    private static AdapterConfig Config(string method) => EncoderSubject.Deberta.Method(method);
}
