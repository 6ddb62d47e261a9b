using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace SpectralAdapters.Files.Peft;

/// <summary>OFT on the input side, as today's PEFT has it (tuners/oft/config.py): oft_R.weight [blocks or 1, b (b - 1) / 2].</summary>
internal sealed class PeftOftFormat : WritablePeftFormat
{
    private const int DefaultNeumannTerms = 5;
    private const double DefaultEpsilon = 6e-5;

    public override string PeftType => "OFT";

    public override bool Fits(AdapterConfig config) => config is OftConfig { Convention: OftConvention.Peft };

    public override AdapterConfig Read(PeftConfig file)
    {
        if (!file.Has("oft_block_size"))
        {
            throw file.Refused("oft_block_size", "a number: a file without it was written by an old PEFT, whose OFT rotates the output");
        }

        file.Off("module_dropout");
        file.Ignore("init_weights");
        var (blocks, blockSize) = (file.Value<long>("r"), file.Value<long>("oft_block_size"));
        if ((blocks == 0) == (blockSize == 0))
        {
            throw file.Refused("r", $"that either r or oft_block_size ({blockSize}) is 0");
        }

        var terms = file.Value("num_cayley_neumann_terms", DefaultNeumannTerms);
        var epsilon = file.Value("eps", DefaultEpsilon);
        return new OftConfig
        {
            Blocks = blocks == 0 ? null : blocks,
            BlockSize = blockSize == 0 ? null : blockSize,
            Adjust = true,
            ShareBlocks = file.Value("block_share", false),
            Epsilon = file.Value("coft", false) ? epsilon : null,
            // Required: PEFT's default has changed. Its series is the identity at every number of terms below 2.
            NeumannTerms = file.Value<bool>("use_cayley_neumann") ? Math.Max(terms, 1) : 0,
        };
    }

    public override JsonObject Write(AdapterConfig config, IReadOnlyCollection<string> layers)
    {
        var oft = (OftConfig)config;
        return new JsonObject
        {
            ["block_share"] = oft.ShareBlocks,
            ["coft"] = oft.Epsilon is not null,
            ["eps"] = oft.Epsilon ?? DefaultEpsilon,
            ["init_weights"] = true,
            ["module_dropout"] = 0.0,
            ["num_cayley_neumann_terms"] = oft.NeumannTerms > 0 ? oft.NeumannTerms : DefaultNeumannTerms,
            ["oft_block_size"] = oft.BlockSize ?? 0,
            ["r"] = oft.Blocks ?? 0,
            ["use_cayley_neumann"] = oft.NeumannTerms > 0,
        };
    }

    protected override (string Name, Tensor Tensor) InPeft(string name, Tensor parameter) => ("oft_R.weight", parameter);
}
