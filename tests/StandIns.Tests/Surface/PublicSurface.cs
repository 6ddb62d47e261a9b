using System.Reflection;

namespace SpectralExperiments.Tests.Surface;

/// <summary>What code outside an assembly can name in it: one line a type or member, sorted.</summary>
internal static class PublicSurface
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Lines(Assembly assembly) =>
        [.. assembly.GetTypes().Where(IsVisible).SelectMany(Lines).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Lines(Type type)
    {
        var name = TypeNames.Of(type);
        yield return $"{name}: {Kind(type)}{TypeNames.Constraints(type.IsGenericTypeDefinition ? type.GetGenericArguments() : [])}";
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            yield break;
        }

        foreach (var field in type.GetFields(Own).Where(field => IsVisible(field.Attributes) && !field.IsSpecialName))
        {
            var modifier = field.IsLiteral ? "const " : field.IsStatic ? field.IsInitOnly ? "static readonly " : "static " : field.IsInitOnly ? "readonly " : "";
            var value = field.IsLiteral ? " = " + Literals.Of(field.GetRawConstantValue(), field.FieldType.IsEnum ? typeof(long) : field.FieldType) : "";
            yield return $"{name}.{field.Name}: {modifier}{TypeNames.Of(field)}{value}";
        }

        foreach (var constructor in type.GetConstructors(Own).Where(constructor => IsVisible(constructor.Attributes) && !constructor.IsStatic))
        {
            yield return $"{name}.new({Parameters(constructor)}){Access(constructor.Attributes)}";
        }

        foreach (var property in type.GetProperties(Own))
        {
            var accessors = property.GetAccessors(true).Where(accessor => IsVisible(accessor.Attributes)).ToList();
            if (accessors.Count > 0)
            {
                var index = property.GetIndexParameters() is { Length: > 0 } indices ? $"[{string.Join(", ", indices.Select(Parameter))}]" : "";
                var text = string.Concat(accessors.Select(accessor => (accessor.ReturnType == typeof(void) ? " set;" : " get;") + Access(accessor.Attributes)));
                yield return $"{name}.{property.Name}{index}: {Modifiers(accessors[0])}{TypeNames.Of(property)} {{{text} }}";
            }
        }

        foreach (var method in type.GetMethods(Own).Where(IsListed))
        {
            var generic = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
            var parameters = generic.Length > 0 ? $"<{string.Join(", ", generic.Select(argument => argument.Name))}>" : "";
            yield return $"{name}.{method.Name}{parameters}({Parameters(method)}): {Modifiers(method)}{TypeNames.Of(method.ReturnParameter)}{TypeNames.Constraints(generic)}{Access(method.Attributes)}";
        }
    }

    private static string Kind(Type type)
    {
        var modifiers = type switch
        {
            { IsInterface: true } => "interface",
            { IsEnum: true } => "enum",
            { IsValueType: true } => type.IsDefined(typeof(System.Runtime.CompilerServices.IsReadOnlyAttribute), false) ? "readonly struct" : "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        IEnumerable<Type> bases = type.IsEnum
            ? [Enum.GetUnderlyingType(type)]
            : [.. type is { IsValueType: false, BaseType: { } parent } && parent != typeof(object) ? [parent] : Type.EmptyTypes,
                .. type.GetInterfaces().Where(IsVisible).OrderBy(TypeNames.Of, StringComparer.Ordinal)];
        return string.Join(", ", new[] { modifiers }.Concat(bases.Select(TypeNames.Of)));
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var prefix = parameter.IsDefined(typeof(ParamArrayAttribute), false) || parameter.IsDefined(typeof(System.Runtime.CompilerServices.ParamCollectionAttribute), false) ? "params "
            : parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        var value = parameter.HasDefaultValue ? " = " + Literals.Of(parameter.RawDefaultValue, parameter.ParameterType) : "";
        return $"{prefix}{TypeNames.Of(parameter)} {parameter.Name}{value}";
    }

    private static string Modifiers(MethodInfo method) => method switch
    {
        { IsStatic: true } => "static ",
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true } when !method.Attributes.HasFlag(MethodAttributes.NewSlot) => "override ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };

    private static string Access(MethodAttributes attributes) => (attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Public ? "" : " protected";

    private static bool IsListed(MethodInfo method) =>
        IsVisible(method.Attributes) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && method.Name != "Finalize";

    private static bool IsVisible(Type type) =>
        type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!) : type.IsPublic;

    private static bool IsVisible(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static bool IsVisible(FieldAttributes attributes) =>
        (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;
}
