using System.Text.Json.Nodes;
using SpectralAdapters.Attachment;
using static TorchSharp.torch;

namespace SpectralAdapters.Files.Peft;

/// <summary>
/// VeRA (PEFT, tuners/vera/config.py): vera_lambda_d [r] and vera_lambda_b [m] per layer; the projections that all layers share,
/// vera_A [r, max n] and vera_B [max m, r], are in the file or follow from its seed.
/// </summary>
internal sealed class PeftVeraFormat : WritablePeftFormat
{
    public override string PeftType => "VERA";

    public override bool HasExclusion => false;

    public override bool Fits(AdapterConfig config) => config is VeraConfig { SharedProjections: true };

    public override AdapterConfig Read(PeftConfig file)
    {
        file.Off("exclude_modules", "vera_dropout");
        file.Ignore("init_weights");
        return new VeraConfig
        {
            Rank = file.Value<long>("r"),
            SharedProjections = true,
            ProjectionSeed = file.Value("projection_prng_key", 0UL),
            InitialD = file.Value("d_initial", 0.1),
            SaveProjections = file.Value("save_projection", true),
        };
    }

    public override JsonObject Write(AdapterConfig config, IReadOnlyCollection<string> layers)
    {
        var vera = (VeraConfig)config;
        return new JsonObject
        {
            ["d_initial"] = vera.InitialD ?? 0.1,
            ["init_weights"] = true,
            ["projection_prng_key"] = vera.ProjectionSeed,
            ["r"] = vera.Rank,
            ["save_projection"] = vera.SaveProjections,
            ["vera_dropout"] = 0.0,
        };
    }

    /// <summary>The widest layer's cut of vera_A is all of it, and the tallest layer's of vera_B.</summary>
    public override IEnumerable<(string Name, Tensor Tensor)> Tensors(AdapterSet set)
    {
        var lambdas = base.Tensors(set);
        return ((VeraConfig)set.Config).SaveProjections
            ? lambdas.Append(("base_model.vera_A", WholeA(set))).Append(("base_model.vera_B", WholeB(set)))
            : lambdas;
    }

    public override void Complete(AdapterSet set)
    {
        if (!((VeraConfig)set.Config).SaveProjections)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (a, b) = (WholeA(set).clone(), WholeB(set).clone()); // [r, max n], [max m, r]
        foreach (var adapter in set.Adapters.Values)
        {
            Projection(adapter, "A").copy_(a.narrow(1, 0, adapter.InFeatures));
            Projection(adapter, "B").copy_(b.narrow(0, 0, adapter.OutFeatures));
        }
    }

    public override (string Tensor, long Rank)? Ranked(AdapterConfig config) => ("vera_lambda_d", ((VeraConfig)config).Rank);

    protected override (string Name, Tensor Tensor) InPeft(string name, Tensor parameter) => ($"vera_lambda_{name}", parameter);

    private static Tensor WholeA(AdapterSet set) => Projection(set.Adapters.Values.MaxBy(adapter => adapter.InFeatures)!, "A");

    private static Tensor WholeB(AdapterSet set) => Projection(set.Adapters.Values.MaxBy(adapter => adapter.OutFeatures)!, "B");

    private static Tensor Projection(Adapter adapter, string name) => adapter.named_buffers().Single(pair => pair.name == name).buffer;
}
