namespace TorchSharp;

/// <summary>Disposes what was created while it was the innermost scope of its thread, unless that was moved out.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly DisposeScopeManager manager;
    private readonly HashSet<IDisposable> disposables = new(ReferenceEqualityComparer.Instance);

    public DisposeScope(DisposeScopeManager disposeScopeManager)
    {
        manager = disposeScopeManager;
        OuterScope = manager.Current;
    }

    internal DisposeScope? OuterScope { get; }

    public int DisposablesCount => disposables.Count;

    public T Include<T>(T disposable)
        where T : IDisposable
    {
        disposables.Add(disposable);
        return disposable;
    }

    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        MoveTo(OuterScope, disposable);
        return disposable;
    }

    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        MoveTo(null, disposable);
        return disposable;
    }

    public void Dispose()
    {
        foreach (var disposable in disposables)
        {
            if (disposable is torch.Tensor tensor)
            {
                tensor.OwningDisposeScope = null;
            }

            disposable.Dispose();
        }

        disposables.Clear();
        manager.Leave(this);
    }

    public void MarkAsDisposed(IDisposable disposable) => disposables.Remove(disposable);

    private void MoveTo(DisposeScope? scope, IDisposable disposable)
    {
        if (!disposables.Remove(disposable))
        {
            return;
        }

        scope?.Include(disposable);
        if (disposable is torch.Tensor tensor)
        {
            tensor.OwningDisposeScope = scope;
        }
    }
}
