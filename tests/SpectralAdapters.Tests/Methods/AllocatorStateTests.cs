using SpectralAdapters.Tests.Lifecycle;
using SpectralExperiments.Tests;
using TorchSharp;
using static SpectralAdapters.Tests.Lifecycle.ExchangedLayerTests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Methods;

/// <summary>What an allocator says of a model's triplets is what the model has, also after loading and restoring values.</summary>
public sealed class AllocatorStateTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Kept_and_rank_follow_restored_values()
    {
        using var net = new Net();
        var adapted = Attach(net, Config());
        var full = adapted.TrainableParameters().Select(parameter => parameter.clone()).ToList();
        using var allocator = Allocator(adapted);
        foreach (var step in Enumerable.Range(0, 4))
        {
            net.zero_grad();
            net.call(Input()).square().sum().backward();
            allocator.Update(step);
        }

        Assert.Equal(2, allocator.MeanRank);
        Assert.Equal(4, allocator.Kept.Values.Sum(kept => kept.Count(value => value)));
        using (no_grad())
        {
            foreach (var (parameter, value) in adapted.TrainableParameters().Zip(full))
            {
                parameter.copy_(value);
            }
        }

        Assert.Equal(6, allocator.MeanRank);
        Assert.Equal(12, allocator.Kept.Values.Sum(kept => kept.Count(value => value)));
    }

    [Fact]
    public void A_pruned_adapter_that_is_loaded_stays_pruned()
    {
        using var folder = new TemporaryFolder();
        using var net = new Net();
        using var fresh = new Net();
        var adapted = Attach(net, Config());
        using (no_grad())
        {
            adapted.Layers["a"].Adapter!.get_parameter("lora_E")!.narrow(0, 1, 4).zero_();
        }

        adapted.Save(folder.Root);
        var loaded = AdaptedModel.Load(fresh, folder.Root);
        using var allocator = Allocator(loaded);
        Assert.Equal([true, false, false, false, false, true], allocator.Kept["a"]);
        Assert.Equal(4, allocator.MeanRank);
        fresh.call(Input()).square().sum().backward();
        using (no_grad())
        {
            loaded.Layers["a"].Adapter!.get_parameter("lora_E")!.add_(0.5); // an optimiser's step
        }

        allocator.Update(9); // past the schedule: masks only
        Assert.Equal([true, false, false, false, false, true], allocator.Kept["a"]);
    }

    private static AdaLoraConfig Config() => new()
    {
        Rank = 6,
        TargetModules = TargetModules.Named("a", "b"),
        Allocation = new RankAllocation { TargetRank = 2, TotalSteps = 3 },
    };

    private static RankAllocator Allocator(AdaptedModel adapted) => new(
        ((AdaLoraConfig)adapted.Config).Allocation!,
        adapted.Layers.ToDictionary(layer => layer.Key, layer => (AdaLoraAdapter)layer.Value.Adapter!));
}
