using System.Collections;
using System.Globalization;

namespace TorchSharp.Modules;

/// <summary>
/// Modules in a list. They become components, under their positions, when the list itself is registered with its parent;
/// a module that is added later does not.
/// </summary>
public class ModuleList<T> : torch.nn.Module, IList<T>
    where T : torch.nn.Module
{
    private readonly List<T> list = [];
    private bool registered;

    public ModuleList(params T[] modules)
        : base(nameof(ModuleList<T>)) => list.AddRange(modules);

    public int Count => list.Count;

    public bool IsReadOnly => false;

    public T this[int index]
    {
        get => list[index];
        set => list[index] = value;
    }

    public void Add(T item) => list.Add(item);

    public void Clear() => list.Clear();

    public bool Contains(T item) => list.Contains(item);

    public void CopyTo(T[] array, int arrayIndex) => list.CopyTo(array, arrayIndex);

    public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public int IndexOf(T item) => list.IndexOf(item);

    public void Insert(int index, T item) => list.Insert(index, item);

    public bool Remove(T item) => list.Remove(item);

    public void RemoveAt(int index) => list.RemoveAt(index);

    protected override void RegisterComponents()
    {
        if (registered)
        {
            return;
        }

        for (var i = 0; i < list.Count; i++)
        {
            register_module(i.ToString(CultureInfo.InvariantCulture), list[i]);
        }

        registered = true;
    }
}
