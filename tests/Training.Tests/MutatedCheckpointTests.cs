using System.Buffers.Binary;
using SpectralExperiments.Tests;
using Xunit.Abstractions;

namespace Training.Tests;

/// <summary>
/// A run over a changed checkpoint ends in the bits of a run without interruption; damage is reported with the file's name, and counted
/// as a named error here.
/// </summary>
public sealed class MutatedCheckpointTests(ITestOutputHelper output)
{
    private const string Family = "training-checkpoint";

    private static readonly TrainingConfig Config = new()
    {
        LearningRate = 0.01, MaxSteps = 6, EvaluationSteps = 2, RestoreBest = true, CheckpointSteps = 3, Seed = 9,
    };

    [Fact]
    public void Mutated_checkpoints_are_noticed() => Check(200);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutated_checkpoints_are_noticed() => Check(10_000);

    private void Check(int count)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        var previous = path + ".previous";
        var whole = new ToyTask();
        var expected = new Trainer(Config).Fit(whole, folder.File("whole.safetensors"));
        TaskThatStops.Interrupt(new ToyTask(), Config, path, 4);
        var (good, before) = (File.ReadAllBytes(path), File.ReadAllBytes(previous));
        MutatedInputs.Check(Family, count, 20_000, Make, output.WriteLine);

        MutatedCase Make(Random random)
        {
            var (bytes, what) = random.Next(3) == 0 ? (Header(good, random), "header") : (Mutate.Bytes(good, random), "bytes");
            return new MutatedCase(what, [path], () =>
            {
                File.WriteAllBytes(path, bytes);
                File.Delete(previous);
                if (random.Next(2) == 0)
                {
                    File.WriteAllBytes(previous, before);
                }

                var task = new ToyTask();
                var log = new List<string>();
                var found = new Trainer(Config).Fit(task, path, log: log.Add);
                var isRight = found.Steps.SequenceEqual(expected.Steps) && found.Examples == expected.Examples
                    && found.Kept!.Step == expected.Kept!.Step
                    && found.Evaluations.Select(point => (point.Step, point.Result.Loss))
                        .SequenceEqual(expected.Evaluations.Select(point => (point.Step, point.Result.Loss)))
                    && task.Values().All(value => value.Value.SequenceEqual(whole.Values()[value.Key]));
                return isRight && log.Count > 0 ? throw new InvalidDataException(log[0]) : isRight;
            });
        }
    }

    // With the length that goes with it, so that the reader gets as far as the header's content.
    private static byte[] Header(byte[] file, Random random)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var json = Mutate.Json(file.AsSpan(8, length), random);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        return [.. prefix, .. json, .. file[(8 + length)..]];
    }
}
