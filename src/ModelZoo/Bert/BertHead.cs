namespace ModelZoo.Bert;

/// <summary>How a sequence's hidden states become the classifier's input.</summary>
public enum BertHead
{
    /// <summary>Hugging Face's BertForSequenceClassification: the first token through the model's pooler (dense layer, tanh).</summary>
    Pooler,

    /// <summary>
    /// The mean over the tokens, as sentence-transformers pools, through a dense layer of its own (<c>pre_classifier</c>) and tanh. The
    /// model has no pooler.
    /// </summary>
    MeanPooling,
}
