using System.Text;
using SpectralExperiments.Tests;
using Tasks.Glue;
using Xunit.Abstractions;

namespace Tasks.Tests.Glue;

/// <summary>A mutated file of any GLUE format yields exactly the examples it contains, or an error that names the file.</summary>
public sealed class MutatedGlueTests(ITestOutputHelper output)
{
    private const string Family = "glue-files";

    private static readonly byte[] Rte = Encoding.UTF8.GetBytes(
        "index\tsentence1\tsentence2\tlabel\n0\tA man sleeps.\tHe is \"awake\".\tnot_entailment\n1\té\tb\tentailment\n");

    private static readonly byte[] Cola = Encoding.UTF8.GetBytes("gj04\t1\t\tOne more.\ngj04\t0\t*\tMore one.\n");
    private static readonly byte[] Stsb = Encoding.UTF8.GetBytes("sentence1\tsentence2\tscore\na\tb\t2.500\nc\td\t5\n");
    private static readonly byte[] Qqp = Encoding.UTF8.GetBytes(
        "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\ta?\tb?\t0\n2\t3\t4\tc?\td?\t1\n");

    private static readonly byte[] Mrpc = Encoding.UTF8.GetBytes(
        "\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t10\t11\tA\tB\n0\t20\t21\tC\tD\n1\t30\t31\tE\tF\n");

    private static readonly byte[] Ids = Encoding.UTF8.GetBytes("20\t21\n");
    private static readonly byte[] Line = Encoding.UTF8.GetBytes(
        "{\"sentence1\": \"a \\u00e9\", \"sentence2\": \"b\", \"label\": \"neutral\"}");

    [Fact]
    public void Mutated_files_are_read_right_or_refused() => Check(400);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutated_files_are_read_right_or_refused() => Check(10_000);

    private void Check(int count)
    {
        using var folder = new TemporaryFolder();
        MutatedInputs.Check(Family, count, 30_000, Make, output.WriteLine);

        MutatedCase Make(Random random) => random.Next(6) switch
        {
            0 => Tsv(GlueTask.Rte, Rte, random),
            1 => Tsv(GlueTask.Cola, Cola, random),
            2 => Tsv(GlueTask.Stsb, Stsb, random),
            3 => Tsv(GlueTask.Qqp, Qqp, random),
            4 => MrpcSource(random),
            _ => JsonLines(random),
        };

        MutatedCase Tsv(GlueTask task, byte[] good, Random random)
        {
            var bytes = Mutate.Table(good, '\t', random);
            return Case(task, GlueOracle.Tsv(task, bytes), "train.tsv", (task.DevelopmentFile, good), ("train.tsv", bytes));
        }

        MutatedCase JsonLines(Random random)
        {
            var task = GlueTask.Mnli;
            byte[] bytes = random.Next(2) == 0
                ? [.. Line, (byte)'\n', .. Mutate.Json(Line, random), (byte)'\n']
                : Mutate.Table([.. Line, (byte)'\n', .. Line, (byte)'\n'], '\n', random);
            return Case(task, GlueOracle.JsonLines(task, bytes), "train-9k.jsonl", ("heldout-1k.jsonl", Line), ("train-9k.jsonl", bytes));
        }

        MutatedCase MrpcSource(Random random)
        {
            var (source, ids) = random.Next(3) == 0 ? (Mrpc, Mutate.Table(Ids, '\t', random)) : (Mutate.Table(Mrpc, '\t', random), Ids);
            return Case(
                GlueTask.Mrpc, SplitByRule(source, ids), folder.File("MRPC"), ("msr_paraphrase_train.txt", source), ("dev_ids.tsv", ids));
        }

        MutatedCase Case(GlueTask task, List<GlueExample>? expected, string name, params (string Name, byte[] Bytes)[] files) =>
            new($"{task}: {Convert.ToBase64String(files[^1].Bytes)}", [name], () =>
            {
                foreach (var (file, bytes) in files)
                {
                    Directory.CreateDirectory(folder.File(task.Folder));
                    File.WriteAllBytes(folder.File(task.Folder, file), bytes);
                }

                return GlueDataset.Load(task, folder.Root).Train.Examples.SequenceEqual(expected ?? []);
            });
    }

    // The training split of MRPC: the pairs whose ids are not listed, and at least one of either kind.
    private static List<GlueExample>? SplitByRule(byte[] source, byte[] ids)
    {
        if (GlueOracle.Lines(source) is not { Count: > 0 } lines || GlueOracle.Lines(ids) is not { } listed
            || listed.Exists(line => line.Count(letter => letter == '\t') != 1))
        {
            return null;
        }

        var columns = lines[0].Split('\t').ToList();
        var (first, second) = (columns.IndexOf("#1 ID"), columns.IndexOf("#2 ID"));
        if (first < 0 || second < 0 || lines.Exists(line => line.Split('\t').Length != columns.Count)
            || GlueOracle.Tsv(GlueTask.Mrpc, source) is not { } all)
        {
            return null;
        }

        var pairs = lines.Skip(1).Select(line => line.Split('\t')).Select(cells => $"{cells[first]}\t{cells[second]}").ToList();
        var train = all.Where((_, i) => !listed.Contains(pairs[i])).ToList();
        return train.Count == 0 || train.Count == all.Count ? null : train;
    }
}
