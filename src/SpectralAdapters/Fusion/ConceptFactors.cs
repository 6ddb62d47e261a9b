using static TorchSharp.torch;

namespace SpectralAdapters.Fusion;

/// <summary>One concept's change in factors, and the column blocks it lives in, in the caller's dispose scope.</summary>
internal sealed class ConceptFactors
{
    private readonly Tensor _up;
    private readonly Tensor _down;
    private readonly double _scale;
    private readonly double _norm;

    public ConceptFactors(string name, Adapter adapter)
    {
        Name = name;
        var change = adapter.ToLora()
            ?? throw new ArgumentException($"The change of concept '{name}' has no exact low-rank form.");
        (_up, var upScale) = Scaled(name, change.Up); // [m, q]
        (_down, var downScale) = Scaled(name, change.Down); // [q, n]
        _scale = upScale * downScale;
        _norm = Math.Sqrt(ScaledProduct(this));
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
    public double InnerProduct(ConceptFactors other) => ScaledProduct(other) * _scale * other._scale;

    /// <summary>The inner product as a fraction of both norms, whatever their size; 0 where a change is zero.</summary>
    public double Cosine(ConceptFactors other) =>
        _norm == 0 || other._norm == 0 ? 0 : Math.Clamp(ScaledProduct(other) / _norm / other._norm, -1, 1);

    // Of factors whose largest entry is 1, so that no product leaves the range of numbers.
    private double ScaledProduct(ConceptFactors other)
    {
        using var scope = NewDisposeScope();
        return _up.t().mm(other._up).mul(_down.mm(other._down.t())).sum().item<double>();
    }

    private static (Tensor Factor, double Scale) Scaled(string name, Tensor factor)
    {
        var wide = factor.to_type(ScalarType.Float64);
        var largest = wide.abs().max().item<double>();
        if (!double.IsFinite(largest))
        {
            throw new ArgumentException($"The change of concept '{name}' holds NaN or infinity.");
        }

        return largest == 0 ? (wide, 1) : (wide.div(largest), largest);
    }
}
