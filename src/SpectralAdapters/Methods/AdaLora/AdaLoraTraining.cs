using System.Collections.ObjectModel;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>
/// What AdaLoRA adds to a training loop: the orthogonality penalty in every loss and, with a <see cref="RankAllocation"/>, the
/// allocator's update after every optimiser step (PEFT, AdaLoraModel.forward and update_and_allocate).
/// </summary>
public sealed class AdaLoraTraining : IDisposable
{
    private readonly IReadOnlyList<AdaLoraAdapter> _adapters;
    private readonly double _regularization;
    private readonly RankAllocator? _allocator;

    private AdaLoraTraining(AdaLoraConfig config, IReadOnlyDictionary<string, AdaLoraAdapter> layers)
    {
        _adapters = [.. layers.Values];
        _regularization = config.OrthogonalRegularization;
        _allocator = config.Allocation is { } allocation ? new RankAllocator(allocation, layers) : null;
    }

    /// <summary>
    /// What the allocator carries from step to step, by name; see <see cref="RankAllocator.State"/>. Empty without an allocation.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> State => _allocator?.State ?? ReadOnlyDictionary<string, Tensor>.Empty;

    /// <summary>The mean number of triplets that the allocator has left a layer; null without an allocation.</summary>
    public double? MeanRank => _allocator?.MeanRank;

    /// <summary>The training side of the active adapter, or null if its method is not AdaLoRA.</summary>
    /// <param name="model">The model; its active adapter must stay the same for as long as the result is used.</param>
    /// <exception cref="InvalidOperationException">No adapter is active.</exception>
    public static AdaLoraTraining? Of(AdaptedModel model) => model.Config is AdaLoraConfig config
        ? new AdaLoraTraining(config, model.Layers.ToDictionary(layer => layer.Key, layer => (AdaLoraAdapter)layer.Value.Adapter!))
        : null;

    /// <summary>
    /// gamma times the mean over all matrices of all layers of |A A^T - I|_F or |B^T B - I|_F. PEFT adds it to every loss, in
    /// evaluation too.
    /// </summary>
    /// <returns>[], or null where gamma is 0.</returns>
    public Tensor? Penalty()
    {
        if (_regularization == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var sums = stack(_adapters.Select(adapter => adapter.OrthogonalPenalty())); // [layers], each the sum over two matrices
        return sums.sum().mul(_regularization / (2 * _adapters.Count)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Updates the allocator, where there is one. Call it after every optimiser step, before the gradients are cleared.
    /// </summary>
    /// <param name="step">The step just taken, counted from 0.</param>
    public void OnStepCompleted(long step) => _allocator?.Update(step);

    /// <inheritdoc/>
    public void Dispose() => _allocator?.Dispose();
}
