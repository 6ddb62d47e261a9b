using System.Collections;

namespace TorchSharp.Modules;

/// <summary>Modules in a list, registered under their positions.</summary>
public class ModuleList<T> : torch.nn.Module, IReadOnlyList<T>
    where T : torch.nn.Module
{
    private readonly List<T> list = [];

    public ModuleList(params T[] modules)
        : base(nameof(ModuleList<T>))
    {
        foreach (var module in modules)
        {
            Add(module);
        }
    }

    public int Count => list.Count;

    public T this[int index] => list[index];

    public void Add(T item)
    {
        register_module(list.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), item);
        list.Add(item);
    }

    public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Everything is registered by Add.
    protected override void RegisterComponents()
    {
    }
}
