namespace TorchSharp;

/// <summary>Disposes the tensors that were made while it was the innermost scope of its thread, unless they were moved out.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly HashSet<IDisposable> disposables = new(ReferenceEqualityComparer.Instance);
    private DisposeScopeManager? manager;

    internal DisposeScope(DisposeScopeManager manager)
    {
        this.manager = manager;
        OuterScope = manager.Current;
    }

    internal DisposeScope? OuterScope { get; set; }

    public int DisposablesCount
    {
        get
        {
            ThrowIfDisposed();
            return disposables.Count;
        }
    }

    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        Move(disposable, OuterScope);
        return disposable;
    }

    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        Move(disposable, null);
        return disposable;
    }

    public void MarkAsDisposed(IDisposable disposable)
    {
        ThrowIfDisposed();
        Release(disposable);
    }

    public void Dispose()
    {
        if (manager is null)
        {
            return;
        }

        foreach (var disposable in disposables.ToArray())
        {
            disposable.Dispose();
        }

        manager.Leave(this);
        manager = null;
    }

    internal void Own(torch.Tensor tensor)
    {
        disposables.Add(tensor);
        tensor.OwningDisposeScope = this;
    }

    /// <summary>Puts the replacement where the original is, if that is in a scope at all.</summary>
    internal static void Replace(torch.Tensor original, torch.Tensor replacement)
    {
        if (original.OwningDisposeScope is { } scope && scope.Release(original))
        {
            scope.Own(replacement);
        }
    }

    private void Move(IDisposable disposable, DisposeScope? destination)
    {
        ThrowIfDisposed();
        if (Release(disposable) && disposable is torch.Tensor tensor)
        {
            destination?.Own(tensor);
        }
    }

    private bool Release(IDisposable disposable)
    {
        if (!disposables.Remove(disposable))
        {
            return false;
        }

        if (disposable is torch.Tensor tensor)
        {
            tensor.OwningDisposeScope = null;
        }

        return true;
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(manager is null, this);
}
