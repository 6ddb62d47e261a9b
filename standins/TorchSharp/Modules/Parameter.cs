namespace TorchSharp.Modules;

/// <summary>A tensor that a module registers as trainable.</summary>
public class Parameter : torch.Tensor
{
    /// <summary>
    /// Takes the native tensor over, and the place of <paramref name="data"/> in its dispose scope; that is empty afterwards.
    /// </summary>
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : base(data.requires_grad_(requires_grad).MoveHandle(), register: false) => DisposeScope.Replace(data, this);

    internal Parameter(nint handle)
        : base(handle)
    {
    }
}
