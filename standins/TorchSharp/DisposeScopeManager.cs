namespace TorchSharp;

/// <summary>The dispose scopes of the current thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? threadSingleton;

    internal static DisposeScopeManager ThreadSingleton => threadSingleton ??= new DisposeScopeManager();

    internal DisposeScope? Current { get; private set; }

    internal DisposeScope? Register(IDisposable disposable)
    {
        Current?.Include(disposable);
        return Current;
    }

    internal DisposeScope Enter() => Current = new DisposeScope(this);

    internal void Leave(DisposeScope scope) => Current = scope.OuterScope;
}
