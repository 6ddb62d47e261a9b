using SpectralAdapters.Attachment;
using SpectralAdapters.Functions;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// OFT over one layer, always applied to activations block by block: the rotated weight is not built (PEFT tuners/oft; official
/// file adapter_efficiency/mix_oft).
/// </summary>
public sealed class OftAdapter : Adapter
{
    private readonly OftConfig _config;
    private readonly long _blocks;
    private readonly long _side;

    [ComponentName(Name = "R")]
    private Parameter _r;

    /// <summary>Starts from the identity rotation, so that the layer starts unchanged.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="site">The layer.</param>
    public OftAdapter(OftConfig config, AdapterSite site)
        : base(config.Method, site.OutFeatures, site.InFeatures)
    {
        _config = config;
        (_blocks, _side) = config.Shape(OutFeatures, InFeatures);
        var own = config.ShareBlocks ? 1 : _blocks;
        long[] shape = config.Convention == OftConvention.Peft ? [own, _side * (_side - 1) / 2] : [own, _side, _side];
        _r = Trainable(zeros(shape, dtype: config.ParameterTypeOver(site.Weight), device: site.Weight.device));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        Constrain();
        var rotation = Rotation().to_type(input.dtype); // [blocks or 1, s, s]
        var rows = LowRankLinear.Flatten(input); // [T, n]
        Tensor output;
        if (_config.Convention == OftConvention.OutputSide)
        {
            output = Rotate(LowRankLinear.Base(rows, weight, null, Widening), rotation); // [T, m]
            output = bias is null ? output : output.add(bias);
        }
        else
        {
            output = LowRankLinear.Base(Rotate(rows, rotation), weight, bias, Widening); // [T, m]
        }

        return LowRankLinear.Unflatten(input, output).MoveToOuterDisposeScope();
    }

    /// <summary>Null: a rotation changes the weight in full rank.</summary>
    public override LoraFactors? ToLora() => null;

    /// <inheritdoc/>
    protected override Tensor DenseWeight(Tensor weight)
    {
        Constrain();
        var rotation = Rotation().to_type(weight.dtype); // [blocks or 1, s, s]
        return _config.Convention == OftConvention.OutputSide
            ? Rotate(weight.t(), rotation).t() // R^T W
            : Rotate(weight, rotation.transpose(1, 2)); // W R^T
    }

    /// <summary>The diffusion converter multiplies the rotation, and with it the whole weight, by the strength.</summary>
    protected override Tensor OfficialDenseWeight(Tensor weight, double strength) =>
        _config.Convention == OftConvention.InputSide
            ? DenseWeight(weight).mul(strength)
            : base.OfficialDenseWeight(weight, strength);

    private Tensor Rotation() => _config switch
    {
        { Convention: OftConvention.Peft, NeumannTerms: 0 } => Cayley.OfSkew(SkewFromTriangle()),
        { Convention: OftConvention.Peft } => Neumann(SkewFromTriangle()),
        { Convention: OftConvention.InputSide, ShareBlocks: true } => Cayley.OfSkew(Cayley.Skew(_r).neg()),
        _ => Cayley.Rotation(_r),
    };

    // The ball's radius: PEFT 0.9 takes eps s^2 / sqrt(blocks) for the square parameters, today's PEFT eps / sqrt(blocks) for the
    // skew matrix, whose norm is sqrt 2 times that of its upper triangle.
    private void Constrain()
    {
        if (_config.Epsilon is not { } epsilon)
        {
            return;
        }

        using var noGrad = no_grad();
        var radius = epsilon / Math.Sqrt(_r.shape[0]) * (_config.Convention == OftConvention.Peft ? 1 / Math.Sqrt(2) : _side * _side);
        var norms = _r.flatten(1).to_type(ComputeType.For(_r.dtype)).square().sum(1).sqrt(); // [blocks or 1]
        var factors = norms.reciprocal().mul(radius).clamp(max: 1); // [blocks or 1]
        // A block that rounding left just outside stays, so that no second forward moves it: a saved adapter loads to the same bits.
        // Rounding moves the norm by the parameters' precision at most, and computing it adds a few roundings of its own.
        var slack = Math.Max(finfo(_r.dtype).eps, 4 * finfo(norms.dtype).eps);
        factors.masked_fill_(factors.gt(1 - slack), 1);
        _r.mul_(factors.to_type(_r.dtype).view([-1, .. Enumerable.Repeat(1L, (int)_r.dim() - 1)]));
    }

    private Tensor SkewFromTriangle()
    {
        if (_side == 1)
        {
            return _r.sum(1).view(-1, 1, 1); // zero: a block of side 1 has no parameters
        }

        var positions = new long[_side * _side];
        var signs = new float[_side * _side];
        var position = 0;
        for (var row = 0; row < _side; row++)
        {
            for (var column = row + 1; column < _side; column++, position++)
            {
                (positions[(row * _side) + column], signs[(row * _side) + column]) = (position, 1);
                (positions[(column * _side) + row], signs[(column * _side) + row]) = (position, -1);
            }
        }

        var index = tensor(positions, device: _r.device); // [s s]
        var sign = tensor(signs, device: _r.device).to_type(_r.dtype); // [s s]
        return _r.index_select(1, index).mul(sign).view(-1, _side, _side); // [blocks or 1, s, s]
    }

    // I + 2K + .. + 2K^(t-2) + K^(t-1) from four terms on: the last coefficient is 1, and the sum approximates the rotation of -K.
    // PEFT adds K^2 before its loop and one power after it, so that three terms are four, two are I + 2K and one is I.
    private Tensor Neumann(Tensor skew)
    {
        var terms = _config.NeumannTerms == 3 ? 4 : _config.NeumannTerms;
        var power = skew; // [blocks or 1, s, s]
        var sum = eye(_side, dtype: skew.dtype, device: skew.device).add(skew.mul(terms == 1 ? 0 : 2)); // [blocks or 1, s, s]
        for (var exponent = 2; exponent < terms; exponent++)
        {
            power = power.matmul(skew);
            sum = sum.add(power.mul(exponent == terms - 1 ? 1 : 2));
        }

        return sum;
    }

    // Rows times the block-diagonal matrix; where the last block is cut, missing columns count as zero.
    private Tensor Rotate(Tensor rows, Tensor rotation)
    {
        var (count, width) = (rows.shape[0], rows.shape[1]);
        var missing = (_blocks * _side) - width;
        var padded = missing == 0 ? rows : cat([rows, zeros(count, missing, dtype: rows.dtype, device: rows.device)], 1); // [T, blocks s]
        Tensor rotated;
        if (rotation.shape[0] == 1)
        {
            rotated = padded.reshape(-1, _side).mm(rotation[0]).view(count, _blocks * _side); // [T, blocks s]
        }
        else
        {
            var blocks = padded.reshape(count, _blocks, _side).transpose(0, 1); // [blocks, T, s]
            rotated = blocks.bmm(rotation).transpose(0, 1).reshape(count, _blocks * _side); // [T, blocks s]
        }

        return missing == 0 ? rotated : rotated.narrow(1, 0, width);
    }
}
