using System.Collections;
using System.Reflection;
using static TorchSharp.torch;

namespace SpectralAdapters.Attachment;

/// <summary>
/// Where a module holds one of its layers, so that another can take its place: a field, or an element of a list in a field (as in
/// Sequential and ModuleList).
/// </summary>
internal sealed class LayerSlot
{
    private readonly nn.Module _parent;
    private readonly FieldInfo _field;
    private readonly int? _index;

    private LayerSlot(nn.Module parent, FieldInfo field, int? index)
    {
        _parent = parent;
        _field = field;
        _index = index;
    }

    /// <summary>The layer that the slot holds now.</summary>
    public nn.Module Layer
    {
        get
        {
            var value = _field.GetValue(_parent)!;
            return (nn.Module)(_index is { } index ? ((IList)value)[index]! : value);
        }
    }

    /// <summary>Finds the slot of a layer.</summary>
    /// <param name="name">The layer's full name, for the message.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="parent">The module whose sub-module it is.</param>
    /// <exception cref="ArgumentException">No slot of the parent can hold an AdaptableLinear in the layer's place.</exception>
    public static LayerSlot Find(string name, nn.Module layer, nn.Module parent)
    {
        foreach (var field in Fields(parent.GetType()))
        {
            var value = field.GetValue(parent);
            if (ReferenceEquals(value, layer))
            {
                return field.FieldType.IsAssignableFrom(typeof(AdaptableLinear))
                    ? new LayerSlot(parent, field, null)
                    : throw new ArgumentException(
                        $"{name}: the field {parent.GetType().Name}.{field.Name} is declared as the sealed {field.FieldType.Name}; " +
                        "declare it as Module<Tensor, Tensor> (or as AdaptableLinear) so that it can carry an adapter.");
            }

            if (value is IList list && list.IndexOf(layer) is >= 0 and var index && ElementType(value.GetType())
                is { } type && type.IsAssignableFrom(typeof(AdaptableLinear)))
            {
                return new LayerSlot(parent, field, index);
            }
        }

        throw new ArgumentException(
            $"{name} is a Linear that no field of {parent.GetType().Name} holds, so it cannot be replaced; make it an AdaptableLinear.");
    }

    /// <summary>Puts another layer into the slot, under the same name and in the same place among the sub-modules.</summary>
    public void Replace(nn.Module layer)
    {
        var replaced = Layer;
        if (_index is { } index)
        {
            ((IList)_field.GetValue(_parent)!)[index] = layer;
        }
        else
        {
            _field.SetValue(_parent, layer);
        }

        var children = _parent.named_children().ToList();
        if (!children.Exists(child => ReferenceEquals(child.module, replaced)))
        {
            return; // the parent lists what the field holds
        }

        foreach (var (name, _) in children)
        {
            _parent.register_module(name, null!);
        }

        foreach (var (name, child) in children)
        {
            _parent.register_module(name, ReferenceEquals(child, replaced) ? layer : child);
        }
    }

    private static Type? ElementType(Type list) => list.IsArray
        ? list.GetElementType()
        : list.GetInterfaces().FirstOrDefault(
            type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>))?.GetGenericArguments()[0];

    private static IEnumerable<FieldInfo> Fields(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }
}
