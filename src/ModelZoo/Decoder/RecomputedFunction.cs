using SpectralAdapters.Functions;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>
/// A block of which only the input is kept: the backward runs it again, with the same dropout, and accumulates the gradients of the
/// parameters itself.
/// </summary>
internal sealed class RecomputedFunction : AdapterFunction<RecomputedFunction>
{
    private const string BlockKey = "block";

    /// <summary>Applies a block.</summary>
    /// <param name="input">The input.</param>
    /// <param name="block">
    /// The block; a function of the input, of the constants and of parameters, any of which may need a gradient.
    /// </param>
    /// <param name="constants">Tensors without a gradient, which are kept with the input.</param>
    public static Tensor Apply(
        Tensor input, Func<Tensor, IReadOnlyList<Tensor>, Tensor> block, params IReadOnlyList<Tensor> constants)
    {
        // The backward is called for the input's sake alone, as autograd does not see the parameters.
        using var scope = NewDisposeScope();
        return Call([input.requires_grad ? input : input.detach().requires_grad_(), block, .. constants]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override Tensor Forward(autograd.AutogradContext context, object[] arguments)
    {
        var (input, block) = ((Tensor)arguments[0], (Func<Tensor, IReadOnlyList<Tensor>, Tensor>)arguments[1]);
        Tensor[] constants = [.. arguments.Skip(2).Cast<Tensor>()];
        context.save_data(BlockKey, block);
        context.save_for_backward([input, get_rng_state().MoveToOuterDisposeScope(), .. constants]);
        using var noGrad = no_grad();
        return block(input, constants);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        Tensor[] constants = [.. saved.Skip(2)];
        var block = (Func<Tensor, IReadOnlyList<Tensor>, Tensor>)context.get_data(BlockKey)!;
        using var withGrad = enable_grad();
        var input = saved[0].detach().requires_grad_();
        var now = get_rng_state();
        set_rng_state(saved[1]);
        Tensor output;
        try
        {
            output = block(input, constants);
        }
        finally
        {
            set_rng_state(now);
        }

        output.backward([gradient]);
        return [input.grad, null, .. constants.Select(_ => (Tensor?)null)];
    }
}
