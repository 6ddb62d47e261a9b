using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SpectralExperiments.Tests.Surface;

/// <summary>
/// The public types and members of a stand-in, each with the names under which a caller's assembly may refer to it. What a
/// caller never refers to is left out: overrides and interface members (the base is called), finalizers, literals (the
/// compiler writes the value), the other operator of a pair that C# wants whole.
/// </summary>
internal static class StandInMembers
{
    private static readonly Dictionary<string, string> Pairs = new()
    {
        ["op_Equality"] = "op_Inequality", ["op_LessThan"] = "op_GreaterThan", ["op_LessThanOrEqual"] = "op_GreaterThanOrEqual",
        ["op_Inequality"] = "op_Equality", ["op_GreaterThan"] = "op_LessThan", ["op_GreaterThanOrEqual"] = "op_LessThanOrEqual",
    };

    public static List<IReadOnlyList<string>> Read(string assembly)
    {
        using var stream = File.OpenRead(assembly);
        using var file = new PEReader(stream);
        var reader = file.GetMetadataReader();
        return [.. reader.TypeDefinitions.Where(handle => IsVisible(reader, handle)).SelectMany(handle => Members(reader, handle))];
    }

    private static IEnumerable<IReadOnlyList<string>> Members(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var text = new SignatureText();
        var name = text.GetTypeFromDefinition(reader, handle, 0);
        var type = reader.GetTypeDefinition(handle);
        yield return [name, .. Derived(reader, name)];
        var accessors = new HashSet<MethodDefinitionHandle>();
        foreach (var property in type.GetProperties().Select(reader.GetPropertyDefinition))
        {
            MethodDefinitionHandle[] both = [.. new[] { property.GetAccessors().Getter, property.GetAccessors().Setter }.Where(accessor => !accessor.IsNil)];
            accessors.UnionWith(both);
            if (both.Select(reader.GetMethodDefinition).Any(IsCalled))
            {
                yield return [.. both.Select(reader.GetMethodDefinition).SelectMany(Keys)];
            }
        }

        foreach (var method in type.GetMethods().Where(method => !accessors.Contains(method)).Select(reader.GetMethodDefinition).Where(IsCalled))
        {
            yield return [.. Keys(method)];
        }

        foreach (var field in type.GetFields().Select(reader.GetFieldDefinition))
        {
            var access = field.Attributes & FieldAttributes.FieldAccessMask;
            if (access is FieldAttributes.Public or FieldAttributes.Family && !field.Attributes.HasFlag(FieldAttributes.Literal) && !field.Attributes.HasFlag(FieldAttributes.SpecialName))
            {
                yield return [$"{name}::{reader.GetString(field.Name)}:{field.DecodeSignature(text, null)}"];
            }
        }

        IEnumerable<string> Keys(MethodDefinition method)
        {
            var own = reader.GetString(method.Name);
            var signature = method.DecodeSignature(text, null);
            yield return $"{name}::{own}{SignatureText.Of(signature)}";
            if (Pairs.TryGetValue(own, out var other))
            {
                yield return $"{name}::{other}{SignatureText.Of(signature)}";
            }

            if (method.Attributes.HasFlag(MethodAttributes.Virtual))
            {
                yield return CalledMembers.Override(own, signature);
            }
        }

        bool IsCalled(MethodDefinition method)
        {
            var access = method.Attributes & MethodAttributes.MemberAccessMask;
            var isVirtual = method.Attributes.HasFlag(MethodAttributes.Virtual);
            var overrides = isVirtual && !method.Attributes.HasFlag(MethodAttributes.NewSlot);
            var implements = isVirtual && method.Attributes.HasFlag(MethodAttributes.Final);
            return access is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem && !overrides && !implements
                && reader.GetString(method.Name) != ".cctor";
        }
    }

    // A type is also called for by the types that derive from it.
    private static IEnumerable<string> Derived(MetadataReader reader, string name)
    {
        var text = new SignatureText();
        return from handle in reader.TypeDefinitions
               let parent = reader.GetTypeDefinition(handle).BaseType
               where !parent.IsNil && Name(parent) == name
               select text.GetTypeFromDefinition(reader, handle, 0);

        string? Name(EntityHandle parent) => parent.Kind switch
        {
            HandleKind.TypeDefinition => text.GetTypeFromDefinition(reader, (TypeDefinitionHandle)parent, 0),
            HandleKind.TypeSpecification => text.GetTypeFromSpecification(reader, null, (TypeSpecificationHandle)parent, 0).Split('<')[0],
            _ => null,
        };
    }

    private static bool IsVisible(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(reader, type.GetDeclaringType()),
            _ => false,
        };
    }
}
