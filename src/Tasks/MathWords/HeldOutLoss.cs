namespace Tasks.MathWords;

/// <summary>
/// The loss of a decoder on the answers of held-out word problems: the summed negative log-likelihood of all their tokens divided by their
/// number. It has less noise than the share of right answers.
/// </summary>
/// <param name="Documents">The loss of each answer, in the order of the problems; the basis of paired tests.</param>
public sealed record HeldOutLoss(IReadOnlyList<DocumentLoss> Documents)
{
    /// <summary>The mean loss per token, in nats; not a number where that of a document is none.</summary>
    public double Mean => Documents.Sum(document => document.Sum) / Documents.Sum(document => document.Tokens);
}
