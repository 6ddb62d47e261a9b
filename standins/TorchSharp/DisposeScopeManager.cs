namespace TorchSharp;

/// <summary>The dispose scopes of the current thread.</summary>
internal sealed class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? threadSingleton;

    public static DisposeScopeManager ThreadSingleton => threadSingleton ??= new DisposeScopeManager();

    public DisposeScope? Current { get; private set; }

    public DisposeScope Enter() => Current = new DisposeScope(this);

    /// <summary>Scopes may end out of order: what lies outside the one that ends becomes the outside of the one within it.</summary>
    public void Leave(DisposeScope scope)
    {
        if (ReferenceEquals(Current, scope))
        {
            Current = scope.OuterScope;
            return;
        }

        for (var inner = Current; inner is not null; inner = inner.OuterScope)
        {
            if (ReferenceEquals(inner.OuterScope, scope))
            {
                inner.OuterScope = scope.OuterScope;
                return;
            }
        }
    }
}
