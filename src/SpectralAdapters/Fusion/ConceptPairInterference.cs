namespace SpectralAdapters.Fusion;

/// <summary>How much two concepts share of one weight.</summary>
/// <param name="First">A concept.</param>
/// <param name="Second">Another one.</param>
/// <param name="OutputAngles">
/// The principal angles between the column blocks on the output side (tuned columns of U, or the columns of LoRA's up factor), in
/// radians, rising; pi/2 throughout means no overlap.
/// </param>
/// <param name="InputAngles">The same on the input side (tuned columns of V, or the rows of LoRA's down factor).</param>
/// <param name="CrossTerm">The inner product of the two changes: 0 means that they add up without interfering.</param>
/// <param name="Cosine">The cross term as a fraction of the two changes' norms; 0 where a change is zero.</param>
public sealed record ConceptPairInterference(
    string First,
    string Second,
    IReadOnlyList<double> OutputAngles,
    IReadOnlyList<double> InputAngles,
    double CrossTerm,
    double Cosine);
