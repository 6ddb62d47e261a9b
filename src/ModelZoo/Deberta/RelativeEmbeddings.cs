using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>The relative embeddings that one forward pass hands to every layer.</summary>
/// <param name="Values">[R, D], the reachable rows of the table, normalised.</param>
/// <param name="Rows">Which of them belongs to which distance.</param>
public sealed record RelativeEmbeddings(Tensor Values, RelativePositionRows Rows);
