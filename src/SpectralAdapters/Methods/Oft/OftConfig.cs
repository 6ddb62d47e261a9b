using System.Text.Json.Serialization;
using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;

namespace SpectralAdapters;

/// <summary>OFT: the weight multiplied by a block-diagonal rotation, each block a Cayley transform (Qiu et al. 2023).</summary>
public sealed record OftConfig : AdapterConfig
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Method => "oft";

    /// <summary>Which implementation is followed.</summary>
    public OftConvention Convention { get; init; } = OftConvention.Peft;

    /// <summary>The number of blocks; null where <see cref="BlockSize"/> is given.</summary>
    public long? Blocks { get; init; }

    /// <summary>The side of a block; null where <see cref="Blocks"/> is given. PEFT convention only.</summary>
    /// <remarks>Its null is written to JSON: left out, it would be read as the default.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? BlockSize { get; init; } = 32;

    /// <summary>Whether all blocks of a layer are the same rotation.</summary>
    public bool ShareBlocks { get; init; }

    /// <summary>
    /// Whether a block size or count that does not divide the layer is adjusted to the nearest that does, as in PEFT. PEFT convention only.
    /// </summary>
    public bool Adjust { get; init; }

    /// <summary>Constrained OFT's eps, null for none: every forward first pulls the parameters back into a ball, in place.</summary>
    public double? Epsilon { get; init; }

    /// <summary>
    /// Terms of PEFT's Neumann series in place of the exact transform, 0 for the exact one. The series rotates in the opposite
    /// direction, as in PEFT; one term is the identity, and three are the same as four. PEFT convention only.
    /// </summary>
    public int NeumannTerms { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        if ((Blocks is null) == (BlockSize is null))
        {
            throw new ArgumentException("oft: give either the number of blocks or the block size.");
        }

        if ((Blocks ?? BlockSize) < 1 || NeumannTerms < 0)
        {
            throw new ArgumentException(
                $"oft: blocks or block size {Blocks ?? BlockSize} must be at least 1, Neumann terms {NeumannTerms} at least 0.");
        }

        if (Convention != OftConvention.Peft && (BlockSize is not null || Adjust || NeumannTerms > 0))
        {
            throw new ArgumentException("oft: block size, adjust and Neumann terms have an effect in the PEFT convention only.");
        }

        if (Epsilon is { } eps && !(eps > 0 && double.IsFinite(eps) && Convention != OftConvention.InputSide))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"oft: eps {eps} must be a number above 0, and the official diffusion code has no constraint."));
        }
    }

    /// <inheritdoc/>
    public override void Validate(string layer, long outFeatures, long inFeatures)
    {
        if (Convention == OftConvention.OutputSide)
        {
            RequireAtMost("blocks", Blocks!.Value, outFeatures, layer, "outputs");
            return;
        }

        if (Adjust)
        {
            return;
        }

        var requested = (Blocks ?? BlockSize)!.Value;
        RequireAtMost(Blocks is null ? "block size" : "blocks", requested, inFeatures, layer, "inputs");
        if (inFeatures % requested != 0)
        {
            throw new ArgumentException(
                $"oft: {(Blocks is null ? "block size" : "number of blocks")} {requested} "
                + $"does not divide the {inFeatures} inputs of {layer}.");
        }
    }

    /// <inheritdoc/>
    public override long ParameterCount(long outFeatures, long inFeatures)
    {
        var (count, side) = Shape(outFeatures, inFeatures);
        return (ShareBlocks ? 1 : count) * (Convention == OftConvention.Peft ? side * (side - 1) / 2 : side * side);
    }

    /// <inheritdoc/>
    public override Adapter Create(AdapterSite site) => new OftAdapter(this, site);

    /// <summary>The number of blocks of a layer and their side.</summary>
    internal (long Count, long Side) Shape(long outFeatures, long inFeatures)
    {
        if (Convention == OftConvention.OutputSide)
        {
            return (Blocks!.Value, (outFeatures + Blocks.Value - 1) / Blocks.Value);
        }

        var requested = (Blocks ?? BlockSize)!.Value;
        if (!Adjust)
        {
            Validate("a layer", outFeatures, inFeatures);
        }

        var divisor = NearestDivisor(inFeatures, requested);
        return Blocks is null ? (inFeatures / divisor, divisor) : (divisor, inFeatures / divisor);
    }

    // PEFT's rule: the nearer of the next smaller and the next larger divisor, the smaller on a tie; the size itself beyond it.
    private static long NearestDivisor(long size, long wanted)
    {
        if (wanted >= size)
        {
            return size;
        }

        var (lower, higher) = (wanted, wanted);
        while (size % lower != 0)
        {
            lower--;
        }

        while (size % higher != 0)
        {
            higher++;
        }

        return wanted - lower <= higher - wanted ? lower : higher;
    }

    private static void RequireAtMost(string what, long value, long limit, string layer, string side)
    {
        if (value > limit)
        {
            throw new ArgumentException($"oft: {what} {value} is more than the {limit} {side} of {layer}.");
        }
    }
}
