using Experiments.Shared;
using ModelZoo.Encoders;
using ModelZoo.Tokenizers;
using SpectralAdapters;
using Tasks.Glue;
using static TorchSharp.torch;

namespace DebertaGlue;

/// <summary>The pretrained model of a profile.</summary>
internal interface IGlueModel
{
    /// <summary>Where its files are.</summary>
    ModelSource Source { get; }

    /// <summary>The sizes that a plan counts with, and that ranks follow.</summary>
    EncoderConfig Config(GlueTask task);

    /// <summary>Name and shape of every parameter.</summary>
    IReadOnlyDictionary<string, long[]> Shapes(GlueTask task);

    /// <summary>The projections that the paper adapts, by their names in this model.</summary>
    IReadOnlyList<string> Projections { get; }

    /// <summary>The modules that are trained with every method.</summary>
    IReadOnlyList<string> Head { get; }

    /// <summary>The modules that the model's files may lack and that stay frozen.</summary>
    IReadOnlyList<string> Frozen { get; }

    /// <summary>The tokenizer.</summary>
    SequenceTokenizer Tokenizer();

    /// <summary>Holds the model's files against each other, the tokenizer, the expected model and a task's classes.</summary>
    /// <returns>What is new and what is left over in them.</returns>
    /// <exception cref="InvalidDataException">They do not fit; the message names file, what was found and what was expected.</exception>
    IReadOnlyList<string> Check(GlueTask task, SequenceTokenizer tokenizer);

    /// <summary>Loads the model for a task, a module whose weights are all finite.</summary>
    /// <exception cref="InvalidDataException">As <see cref="Check"/>.</exception>
    (nn.Module Module, ISequenceClassifier Classifier) Load(GlueTask task, SequenceTokenizer tokenizer, Generator generator);
}
