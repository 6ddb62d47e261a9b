using ModelZoo.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Encoders;

/// <summary>What the models for sequence classification have in common: the loss of transformers and the initial weights.</summary>
internal static class SequenceClassification
{
    /// <summary>
    /// The mean loss of transformers: squared error with one label, cross-entropy with more. Half precision is widened
    /// to float32 first.
    /// </summary>
    /// <param name="logits">[B, labels].</param>
    /// <param name="labels">[B]: numbers with one label, int64 classes with more.</param>
    /// <param name="numLabels">Number of labels.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Loss(Tensor logits, Tensor labels, int numLabels)
    {
        using var scope = torch.NewDisposeScope();
        if (numLabels == 1)
        {
            return nn.functional.mse_loss(logits.view(-1).to_type(labels.dtype), labels).MoveToOuterDisposeScope();
        }

        var wide = logits.dtype == ScalarType.Float64 ? logits : logits.to_type(ScalarType.Float32); // [B, labels]
        return nn.functional.cross_entropy(wide, labels).MoveToOuterDisposeScope();
    }

    /// <summary>Loads a checkpoint that has been checked into a new model.</summary>
    /// <param name="checkpoint">The checkpoint; it stays open.</param>
    /// <param name="create">Creates the model.</param>
    /// <param name="parameters">Its parameters in their order.</param>
    /// <param name="generator">Source of the random weights of the head where the file has none (CPU).</param>
    /// <exception cref="InvalidDataException">A weight cannot be read or is not finite.</exception>
    public static TModel Load<TModel, TConfig>(
        EncoderCheckpoint<TConfig> checkpoint, Func<TConfig, TModel> create, Func<TModel, IReadOnlyDictionary<string, Tensor>> parameters,
        Generator generator)
        where TModel : nn.Module
        where TConfig : EncoderConfig
    {
        checkpoint.RequireWeights();
        var model = create(checkpoint.Config);
        try
        {
            ModelCheckpoint.Copy(checkpoint.Weights, parameters(model));
        }
        catch
        {
            model.Dispose();
            throw;
        }

        Initialize(parameters(model), checkpoint.Config, checkpoint.New.Contains, generator);
        return model;
    }

    /// <summary>
    /// A model's parameters in the order of its shapes, so that a seed gives the same model whatever the order of registration.
    /// </summary>
    public static Dictionary<string, Tensor> Parameters(nn.Module model, IReadOnlyDictionary<string, long[]> shapes)
    {
        var parameters = model.named_parameters().ToDictionary(pair => pair.name, pair => (Tensor)pair.parameter);
        return shapes.Keys.ToDictionary(name => name, name => parameters[name]);
    }

    /// <summary>Initialises parameters: normal with the configured deviation, zero biases, layer norms of one, zero for padding.</summary>
    /// <param name="parameters">The model's parameters in their order.</param>
    /// <param name="config">The sizes.</param>
    /// <param name="select">Which of them are initialised, by name.</param>
    /// <param name="generator">Source of the random values (CPU).</param>
    public static void Initialize(
        IReadOnlyDictionary<string, Tensor> parameters, EncoderConfig config, Func<string, bool> select, Generator generator)
    {
        using var noGrad = torch.no_grad();
        foreach (var (name, parameter) in parameters.Where(pair => select(pair.Key)))
        {
            if (name.EndsWith(".bias", StringComparison.Ordinal))
            {
                parameter.fill_(0);
            }
            else if (name.EndsWith("LayerNorm.weight", StringComparison.Ordinal))
            {
                parameter.fill_(1);
            }
            else
            {
                parameter.normal_(0, config.InitializerRange, generator);
            }

            if (name.EndsWith(".word_embeddings.weight", StringComparison.Ordinal))
            {
                using var padding = parameter.select(0, config.PadTokenId); // [D]
                padding.fill_(0);
            }
        }
    }
}
