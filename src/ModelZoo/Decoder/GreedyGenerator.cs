using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>
/// Greedy generation for a batch of prompts. Shorter prompts are padded on the left, and positions count from the first real token, so that
/// every sequence gets the tokens that it would get alone, up to rounding.
/// </summary>
public static class GreedyGenerator
{
    /// <summary>Generates after each prompt the most probable tokens one by one.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="prompts">Token ids; at least one in each prompt.</param>
    /// <param name="config">When generation ends.</param>
    /// <exception cref="ArgumentException">
    /// There is no prompt, one is empty, or the longest with the new tokens is longer than the model's context.
    /// </exception>
    public static IReadOnlyList<GeneratedSequence> Generate(
        DecoderForCausalLm model, IReadOnlyList<IReadOnlyList<int>> prompts, GenerationConfig config)
    {
        Check(model.Config, prompts, config);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var run = new GenerationRun(model, prompts, config);
        while (!run.IsComplete)
        {
            run.Step();
        }

        return run.Sequences;
    }

    private static void Check(DecoderConfig model, IReadOnlyList<IReadOnlyList<int>> prompts, GenerationConfig config)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(config.MaxNewTokens, 1);
        if (prompts.Count == 0 || prompts.Any(prompt => prompt.Count == 0))
        {
            throw new ArgumentException("Found no prompt, or one without a token; expected a token at least.", nameof(prompts));
        }

        var longest = prompts.Max(prompt => prompt.Count);
        if (longest + config.MaxNewTokens > model.MaxPositionEmbeddings)
        {
            throw new ArgumentException(
                $"Found a prompt of {longest} tokens and {config.MaxNewTokens} new ones, expected no more than the model's context of "
                    + $"{model.MaxPositionEmbeddings} tokens.",
                nameof(prompts));
        }

        if (prompts.SelectMany(prompt => prompt).FirstOrDefault(id => id < 0 || id >= model.VocabSize, -1) is not -1 and var unknown)
        {
            throw new ArgumentException($"Found token id {unknown} in a prompt, expected ids below {model.VocabSize}.", nameof(prompts));
        }
    }
}
