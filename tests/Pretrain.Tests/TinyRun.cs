using Pretrain.Deberta;
using SpectralExperiments.Tests;
using Training;

namespace Pretrain.Tests;

/// <summary>Runs of a tiny model, which take seconds.</summary>
internal static class TinyRun
{
    public static PretrainingSettings Settings { get; } = new()
    {
        Steps = 50, BatchSize = 8, SequenceLength = 16, HiddenSize = 16, Layers = 2, VocabularySize = 300, LearningRate = 1e-2,
    };

    /// <summary>Trains with the fixture's vocabulary and generated text.</summary>
    public static TrainingResult Train(
        PretrainingSettings settings,
        string runFolder,
        string outputFolder,
        TextWriter? log = null,
        CancellationToken cancellation = default)
    {
        UseFixtureVocabulary(runFolder);
        return new DebertaPretraining(settings, null, runFolder, log ?? TextWriter.Null).Run(outputFolder, cancellation);
    }

    public static void UseFixtureVocabulary(string runFolder)
    {
        Directory.CreateDirectory(runFolder);
        File.Copy(RepositoryPaths.Fixture("pretrain", "spm.model"), Path.Combine(runFolder, "spm.model"), overwrite: true);
    }
}
