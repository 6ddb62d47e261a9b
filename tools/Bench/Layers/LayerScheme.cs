using SpectralAdapters;
using SpectralAdapters.Attachment;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Bench.Layers;

/// <summary>One way to run and train a linear layer.</summary>
internal sealed class LayerScheme : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _layer;
    private readonly Tensor _input;
    private readonly Tensor _gradient;
    private readonly IReadOnlyList<Parameter> _parameters;

    private LayerScheme(string name, nn.Module<Tensor, Tensor> layer, IEnumerable<Parameter> parameters, Tensor input, Tensor gradient)
    {
        (Name, _layer, _input, _gradient, _parameters) = (name, layer, input, gradient, [.. parameters]);
    }

    public string Name { get; }

    /// <summary>
    /// The frozen layer, every registered method, and the official dense evaluation of the two spectral adapters. Each has a weight
    /// and bias of its own, so that none finds in the cache what another has just read.
    /// </summary>
    /// <param name="shape">The layer.</param>
    /// <param name="weight">[m, n].</param>
    /// <param name="bias">[m].</param>
    /// <param name="input">[T, n].</param>
    /// <param name="gradient">The gradient that reaches the output, [T, m].</param>
    public static IReadOnlyList<LayerScheme> All(LayerShape shape, Tensor weight, Tensor bias, Tensor input, Tensor gradient)
    {
        using var generator = new Generator(1);
        var factors = new RandomFactorSource(generator);
        var schemes = new List<LayerScheme> { Plain("frozen", trained: false) };
        foreach (var (name, config) in Methods().SelectMany(config => Variants(config, shape.Rank)))
        {
            schemes.Add(config.TrainsBase ? Plain(name, trained: true) : Adapted(name, config));
        }

        var officialA = new OfficialSpectralA(factors.Get("", weight, ColumnSelection.Top(shape.Rank)), weight, bias.clone());
        var all = factors.Get("", weight, ColumnSelection.Top(Math.Min(shape.Out, shape.In)));
        var officialR = new OfficialSpectralR(all, bias.clone(), shape.Rank);
        schemes.Add(new LayerScheme("official-a", officialA, officialA.parameters(), input, gradient));
        schemes.Add(new LayerScheme("official-r", officialR, officialR.parameters(), input, gradient));
        return schemes;

        // A layer is the same with head-only as frozen.
        static IEnumerable<AdapterConfig> Methods() =>
            AdapterRegistry.Methods.Select(method => method.Default).Where(config => config is not HeadOnlyConfig);

        AdaptableLinear Layer(bool trained) =>
            new(new Parameter(weight.clone(), requires_grad: trained), new Parameter(bias.clone(), requires_grad: trained));

        LayerScheme Plain(string name, bool trained)
        {
            var layer = Layer(trained);
            return new LayerScheme(name, layer, trained ? layer.parameters() : [], input, gradient);
        }

        LayerScheme Adapted(string name, AdapterConfig config)
        {
            config.Validate(name, shape.Out, shape.In);
            var layer = Layer(trained: false);
            var adapter = config.Create(new AdapterSite("layer", layer.Weight, generator, factors));
            layer.Attach(adapter);
            return new LayerScheme(name, layer, adapter.parameters(), input, gradient);
        }
    }

    /// <summary>Forward and backward.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        _layer.call(_input).backward([_gradient]);
        _input.grad = null;
        foreach (var parameter in _parameters)
        {
            parameter.grad = null;
        }
    }

    /// <summary>
    /// How many bytes are alive after a forward, before its backward, that were not before it: the output and what is saved.
    /// </summary>
    public long BytesAfterForward()
    {
        // What earlier steps left to finalisers must not be freed in between. Twice: a finalised autograd node releases tensors that
        // are finalised in the next round.
        for (var round = 0; round < 2; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        using var scope = NewDisposeScope();
        var before = AllocatedMemory.Read();
        _layer.call(_input);
        return AllocatedMemory.Read() - before;
    }

    public void Dispose() => _layer.Dispose();

    /// <summary>A method at a rank; where it has several forms of different cost, each of them.</summary>
    private static IEnumerable<(string Name, AdapterConfig Config)> Variants(AdapterConfig config, long rank) => config switch
    {
        LowRankConfig lowRank => [(config.Method, lowRank with { Rank = rank })],
        SpectralAConfig spectral => from form in Enum.GetValues<SpectralForm>()
                                    select ($"spectral-a-{form.ToString().ToLowerInvariant()}", (AdapterConfig)(spectral with
                                    {
                                        Columns = ColumnSelection.Top(rank),
                                        Form = form,
                                    })),
        SpectralRConfig spectral => [(config.Method, spectral with { Columns = ColumnSelection.Top(rank) })],
        VeraConfig vera => [(config.Method, vera with { Rank = rank })],
        LidbConfig lidb => [(config.Method, lidb with { Rank = rank })],
        OrthogonalAdaptationConfig orthogonal => [(config.Method, orthogonal with { Rank = rank })],
        _ => [(config.Method, config)],
    };
}
