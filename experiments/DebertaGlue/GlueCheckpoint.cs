using ModelZoo.Encoders;
using ModelZoo.Tokenizers;
using Tasks.Glue;

namespace DebertaGlue;

/// <summary>Holds a model's files against the tokenizer and a task.</summary>
internal static class GlueCheckpoint
{
    // The names of Hugging Face's data set, where the published files have numbers.
    private static readonly Dictionary<string, string[]> Names = new()
    {
        ["cola"] = ["unacceptable", "acceptable"], ["sst2"] = ["negative", "positive"], ["mrpc"] = ["not_equivalent", "equivalent"],
        ["qqp"] = ["not_duplicate", "duplicate"],
    };

    /// <summary>Requires the tokenizer's ids, the task's classes and the weights of config.json's model.</summary>
    /// <param name="checkpoint">The checkpoint; disposed of where it does not fit.</param>
    /// <param name="task">The task.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="known">The model that it has to be; null for any.</param>
    /// <exception cref="InvalidDataException">It does not fit; the message names file, what was found and what was expected.</exception>
    public static TCheckpoint Require<TCheckpoint, TConfig>(
        TCheckpoint checkpoint, GlueTask task, SequenceTokenizer tokenizer, (string Name, TConfig Config)? known)
        where TCheckpoint : EncoderCheckpoint<TConfig>
        where TConfig : EncoderConfig
    {
        try
        {
            checkpoint.RequireTokenizer(tokenizer);
            if (known is { } model)
            {
                checkpoint.RequireModel(model.Name, model.Config);
            }

            checkpoint.RequireLabels(task.Name, Names.GetValueOrDefault(task.Name) ?? task.Labels);
            checkpoint.RequireWeights();
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }
}
