using Training;

namespace Pretrain.Deberta;

/// <summary>The model card, the loss curve and its figure, which are stored with a model.</summary>
/// <param name="Settings">The run's settings.</param>
/// <param name="TextFiles">The names of the files of English text.</param>
/// <param name="Sequences">The number of training sequences.</param>
/// <param name="VocabularySize">The vocabulary size of the tokenizer.</param>
/// <param name="Result">The result of the training.</param>
internal sealed record PretrainingCard(
    PretrainingSettings Settings, IReadOnlyList<string> TextFiles, int Sequences, int VocabularySize, TrainingResult Result)
{
    // The last steps over which the loss is averaged, as a share of all.
    private const int TailShare = 20;

    // Means over equal intervals of the run.
    private const int CurvePoints = 1000;

    /// <summary>Writes them.</summary>
    /// <param name="folder">The model's folder.</param>
    public void Write(string folder)
    {
        var interval = (Result.Steps.Count + CurvePoints - 1) / CurvePoints;
        var points = Result.Steps.Chunk(interval)
            .Select(steps => new LossPoint(steps[^1].Step, steps.Average(step => step.Loss), steps[^1].LearningRate));
        LossCurve.Write(points, folder);
        LossCurve.Draw(folder);
        AtomicFile.Write(Path.Combine(folder, "card.md"), Page());
    }

    private string Page()
    {
        var tail = Result.Steps.TakeLast(Math.Max(1, Result.Steps.Count / TailShare)).Average(step => step.Loss);
        var held = string.Join(
            ", ", Result.Last!.Result.Metrics.Select(metric => FormattableString.Invariant($"{metric.Key} {metric.Value:F3}")));
        var text = TextFiles.Count == 0 ? "generated text only" : FormattableString.Invariant(
            $"{string.Join(", ", TextFiles)}, and generated text ({Settings.GeneratedPercent} % of the sequences)");
        var command = $"dotnet run -c Release --project tools/Pretrain -- deberta-mini{(TextFiles.Count == 0 ? "" : " --text FOLDER")}"
            + FormattableString.Invariant($" --steps {Settings.Steps} --batch {Settings.BatchSize} --length {Settings.SequenceLength}")
            + FormattableString.Invariant($" --learning-rate {Settings.LearningRate} --generated {Settings.GeneratedPercent}")
            + FormattableString.Invariant($" --vocabulary {Settings.VocabularySize} --hidden-size {Settings.HiddenSize}")
            + FormattableString.Invariant($" --layers {Settings.Layers} --seed {Settings.Seed}");
        return FormattableString.Invariant($"""
            # deberta-mini

            A DeBERTaV3 with {Settings.Layers} layers, hidden size {Settings.HiddenSize} and vocabulary size {VocabularySize}:
            embeddings and encoder in bf16, without pooler and classifier.

            - objective: masked-language modelling; where a sequence begins with two joined sentences,
              the joining word is predicted at [CLS]
            - text: {text}; {Sequences} sequences of {Settings.SequenceLength} tokens. The generated text is in the language of
              MicroGlue, never combines a subject and a verb that are reserved for the development splits, and joins sentences by the
              relations that the tasks ask about, with words such as "so", "perhaps" and "but".
            - vocabulary: Unigram, trained with spm_train on part of the same text
            - training: {Settings.Steps} steps, batch size {Settings.BatchSize}, AdamW, no dropout, peak learning rate
              {Settings.LearningRate}, linear warm-up and decay, {Result.TrainingTime.TotalMinutes:F0} minutes
            - loss: {tail:F3} (mean of the last {100 / TailShare} % of the steps); held out: {held}

            ![training loss]({LossCurve.FigureFile})

            Made with:

                {command}

            """).ReplaceLineEndings("\n");
    }
}
