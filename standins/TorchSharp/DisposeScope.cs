namespace TorchSharp;

/// <summary>Disposes the tensors that were made while it was the innermost scope of its thread, unless they were moved out.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly HashSet<torch.Tensor> tensors = new(ReferenceEqualityComparer.Instance);
    private DisposeScopeManager? manager;

    internal DisposeScope(DisposeScopeManager manager)
    {
        this.manager = manager;
        OuterScope = manager.Current;
    }

    internal DisposeScope? OuterScope { get; set; }

    public void Dispose()
    {
        if (manager is null)
        {
            return;
        }

        foreach (var tensor in tensors.ToArray())
        {
            tensor.Dispose();
        }

        manager.Leave(this);
        manager = null;
    }

    internal void Own(torch.Tensor tensor)
    {
        tensors.Add(tensor);
        tensor.OwningDisposeScope = this;
    }

    /// <summary>Puts the replacement where the original is, if that is in a scope at all.</summary>
    internal static void Replace(torch.Tensor original, torch.Tensor replacement)
    {
        if (original.OwningDisposeScope is { } scope)
        {
            scope.Release(original);
            scope.Own(replacement);
        }
    }

    internal void MoveToOuter(torch.Tensor tensor)
    {
        Release(tensor);
        OuterScope?.Own(tensor);
    }

    internal void Release(torch.Tensor tensor)
    {
        tensors.Remove(tensor);
        tensor.OwningDisposeScope = null;
    }
}
