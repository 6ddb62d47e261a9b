using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SpectralAdapters;

/// <summary>A tensor computed from parameters; the steps in between are not kept but taken again in the backward.</summary>
internal sealed class RecomputedFunction : autograd.SingleTensorFunction<RecomputedFunction>
{
    private const string ComputeKey = "compute";

    /// <inheritdoc/>
    public override string Name => nameof(RecomputedFunction);

    /// <summary>Applies the computation.</summary>
    /// <param name="compute">Called in the forward and again in the backward; its result must be no parameter itself.</param>
    /// <param name="parameters">Every parameter that it hangs on.</param>
    public static Tensor Apply(Func<Tensor> compute, IReadOnlyList<Parameter> parameters) => apply([compute, .. parameters]);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var compute = (Func<Tensor>)vars[0];
        ctx.save_data(ComputeKey, compute);
        ctx.save_for_backward([.. vars.Skip(1).Cast<Tensor>()]);
        return compute().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var parameters = ctx.get_saved_variables();
        Tensor value;
        using (enable_grad())
        {
            value = ((Func<Tensor>)ctx.get_data(ComputeKey)!)();
        }

        return FactorGradients.MoveOut([null, .. FactorGradients.Of(parameters, (value, () => grad_output))]);
    }
}
