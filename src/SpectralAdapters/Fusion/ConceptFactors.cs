using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>One concept's change in factors, and the column blocks it lives in, in the caller's dispose scope.</summary>
internal sealed class ConceptFactors
{
    private readonly Tensor _up;
    private readonly Tensor _down;

    public ConceptFactors(string name, Adapter adapter)
    {
        Name = name;
        var change = adapter.ToLora()
            ?? throw new ArgumentException($"The change of concept '{name}' has no exact low-rank form.");
        _up = change.Up.to_type(ScalarType.Float64); // [m, q]
        _down = change.Down.to_type(ScalarType.Float64); // [q, n]
        var tuned = (adapter as ISingularColumnAdapter)?.TunedColumns();
        OutputBlock = tuned?.U ?? change.Up; // [m, r]
        InputBlock = tuned?.V ?? change.Down.t(); // [n, r]
    }

    public string Name { get; }

    public Tensor OutputBlock { get; }

    public Tensor InputBlock { get; }

    public string Shape => $"[{_up.shape[0]}, {_down.shape[1]}]";

    public bool FitsTo(ConceptFactors other) => Shape == other.Shape;

    /// <summary>The sum over all elements of the product of two changes: tr((Up_i^T Up_j) (Down_j Down_i^T)).</summary>
    public double InnerProduct(ConceptFactors other)
    {
        using var scope = NewDisposeScope();
        return _up.t().mm(other._up).mul(_down.mm(other._down.t())).sum().item<double>();
    }
}
