using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using TorchSharp;
using static SpectralAdapters.Tests.Lifecycle.ExchangedLayerTests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Lifecycle;

/// <summary>The buffers of what is trained (running statistics) are saved and loaded with its parameters.</summary>
public sealed class BufferTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_saved_head_comes_back_with_its_running_statistics(bool peft)
    {
        using var folder = new TemporaryFolder();
        using var net = new Net(Head);
        using var fresh = new Net(Head);
        var adapted = Attach(net, Lora("a") with { ModulesToSave = ["head"] });
        AdaptedModelTests.Perturb(adapted, new Generator(4));
        var expected = TrainedOutput(net);
        if (peft)
        {
            PeftFiles.Save(adapted, folder.Root);
        }
        else
        {
            adapted.Save(folder.Root);
        }

        AdaptedModel.Load(fresh, folder.Root);
        fresh.eval();
        GoldenCheck.Same(expected, fresh.call(Input()), "output");
        Assert.Equal(5, fresh.get_buffer("head.0.num_batches_tracked")!.item<long>());
    }

    [Fact]
    public void Full_fine_tuning_saves_running_statistics()
    {
        using var folder = new TemporaryFolder();
        using var net = new Net(Head);
        using var fresh = new Net(Head);
        var adapted = Attach(net, new FullConfig());
        var expected = TrainedOutput(net);
        adapted.Save(folder.Root);
        AdaptedModel.Load(fresh, folder.Root);
        fresh.eval();
        GoldenCheck.Same(expected, fresh.call(Input()), "output");
    }

    [Fact]
    public void Every_adapter_has_its_own_running_statistics()
    {
        using var net = new Net(Head);
        net.eval();
        var bare = net.call(Input());
        var adapted = Attach(net, Lora("a") with { ModulesToSave = ["head"] });
        var first = TrainedOutput(net);
        adapted.Add("second", Lora("b") with { ModulesToSave = ["head"] }, new Generator(2));
        adapted.Activate("second");
        GoldenCheck.Same(bare, net.call(Input()), "second, untrained");
        adapted.Activate("default");
        GoldenCheck.Same(first, net.call(Input()), "first");
        adapted.Activate(null);
        GoldenCheck.Same(bare, net.call(Input()), "bare");
    }

    [Fact]
    public void Buffers_are_neither_trained_nor_counted()
    {
        using var net = new Net(Head);
        var adapted = Attach(net, Lora("a") with { ModulesToSave = ["head"] });
        Assert.All(adapted.NamedTrainableParameters(), pair => Assert.True(pair.Parameter.requires_grad));
        Assert.Equal(8 + 8 + 24 + 3, adapted.CountParameters().ModulesToSave);
    }

    private static nn.Module<Tensor, Tensor> Head() => nn.Sequential(nn.BatchNorm1d(8), nn.Linear(8, 3));

    private static Tensor TrainedOutput(Net net)
    {
        net.train();
        using (no_grad())
        {
            for (var step = 0; step < 5; step++)
            {
                net.call(Input().mul(3).add(step));
            }
        }

        net.eval();
        return net.call(Input());
    }
}
