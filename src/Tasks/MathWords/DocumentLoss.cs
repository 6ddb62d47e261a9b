namespace Tasks.MathWords;

/// <summary>The loss of one document's answer.</summary>
/// <param name="Sum">The summed negative log-likelihood of its tokens, in nats.</param>
/// <param name="Tokens">The number of its tokens.</param>
public readonly record struct DocumentLoss(double Sum, long Tokens);
