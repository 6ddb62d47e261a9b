using static TorchSharp.torch;

namespace SpectralAdapters.Functions;

/// <summary>
/// A custom autograd function whose backward fails with an exception that the caller of <c>backward()</c> can catch. libtorch calls
/// a managed backward from native code, which no managed exception can cross: one that leaves the backward ends the process. Here
/// it is written to standard error with the function's name, and libtorch gets gradients of an impossible shape, which it refuses
/// with an exception of its own.
/// </summary>
/// <remarks>
/// Implementations save neither their output nor anything that shares its memory, so that callers may change the output in place.
/// Arguments may be saved: as after a trainable linear layer, changing an input in place before the backward is an error. A function
/// can be differentiated once: what <c>create_graph</c> would add is missing.
/// </remarks>
/// <typeparam name="T">The function itself.</typeparam>
internal abstract class AdapterFunction<T> : autograd.SingleTensorFunction<T>
    where T : AdapterFunction<T>, new()
{
    private const string TensorsKey = "which arguments are tensors";

    /// <inheritdoc/>
    public sealed override string Name => typeof(T).Name;

    /// <inheritdoc/>
    public sealed override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        // TorchSharp would replace a missing gradient by zeros like that tensor, which is freed by then.
        ctx.set_materialize_grads(false);
        ctx.save_data(TensorsKey, vars.Select(argument => argument is Tensor { IsInvalid: false }).ToArray());
        return Forward(ctx, vars).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var areTensors = (bool[])ctx.get_data(TensorsKey)!;
        if (grad_output.IsInvalid)
        {
            return [.. areTensors.Select(_ => (Tensor)null!)];
        }

        try
        {
            return [.. Backward(ctx, grad_output).Select(gradient => gradient?.MoveToOuterDisposeScope()!)];
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine(Explain(exception));
            var refused = zeros(Array.Empty<long>()).MoveToOuterDisposeScope(); // [], while every argument has a dimension
            return [.. areTensors.Select(isTensor => isTensor ? refused : null!)];
        }
    }

    /// <summary>
    /// Applies the function. TorchSharp allocates an uninitialised tensor like the output and keeps it as long as the graph; the
    /// dispose scope frees it at once.
    /// </summary>
    /// <param name="arguments">What Forward gets.</param>
    protected static Tensor Call(params object[] arguments)
    {
        using var scope = NewDisposeScope();
        return apply(arguments).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the output.</summary>
    /// <param name="context">Where to save what the backward needs.</param>
    /// <param name="arguments">What Call was given.</param>
    protected abstract Tensor Forward(autograd.AutogradContext context, object[] arguments);

    /// <summary>Computes the arguments' gradients, null for those that need none.</summary>
    /// <param name="context">What the forward saved.</param>
    /// <param name="gradient">The output's gradient.</param>
    protected abstract IReadOnlyList<Tensor?> Backward(autograd.AutogradContext context, Tensor gradient);

    // The first line of libtorch's message names type, shape and version of the tensor; a native stack trace follows.
    private string Explain(Exception exception)
    {
        var reason = exception.Message.Split('\n')[0];
        var advice = reason.Contains("modified by an inplace operation", StringComparison.Ordinal)
            ? " Between forward and backward no input, weight or parameter of an adapted layer may change, and no adapter be merged."
            : "";
        return $"{Name}: the backward failed: {reason}{advice} libtorch reports this as an invalid gradient of CSharpNode.";
    }
}
