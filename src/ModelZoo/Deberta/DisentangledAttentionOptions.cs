namespace ModelZoo.Deberta;

/// <summary>What disentangled attention needs beside tensors with gradients.</summary>
/// <param name="Heads">H, the number of heads.</param>
/// <param name="Group">How many of them are computed at once; divides H.</param>
/// <param name="Scale">What scores are multiplied by.</param>
/// <param name="Dropout">Probability that an attention probability is dropped.</param>
/// <param name="Padding">Where the batch is padded; null where it is not.</param>
internal sealed record DisentangledAttentionOptions(int Heads, int Group, double Scale, double Dropout, PaddingMask? Padding);
