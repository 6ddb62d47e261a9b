using System.Reflection;
using System.Runtime.CompilerServices;

namespace SpectralExperiments.Tests.Surface;

/// <summary>Type names as C# writes them, with what nullable reference types and tuple elements are called.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short",
        [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(char)] = "char", [typeof(string)] = "string", [typeof(object)] = "object",
    };

    public static string Of(Type type) => Format(type, null, new Queue<string?>());

    public static string Of(FieldInfo field) => Format(field.FieldType, new NullabilityInfoContext().Create(field), TupleNames(field));

    public static string Of(PropertyInfo property) => Format(property.PropertyType, new NullabilityInfoContext().Create(property), TupleNames(property));

    public static string Of(ParameterInfo parameter) => Format(parameter.ParameterType, new NullabilityInfoContext().Create(parameter), TupleNames(parameter));

    public static string Constraints(Type[] parameters) => string.Concat(parameters.Select(parameter =>
    {
        var attributes = parameter.GenericParameterAttributes;
        string[] parts =
        [
            .. attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : Array.Empty<string>(),
            .. attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) ? ["struct"] : Array.Empty<string>(),
            .. parameter.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)).Select(Of).Order(StringComparer.Ordinal),
            .. attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint) ? ["new()"] : Array.Empty<string>(),
        ];
        return parts.Length > 0 ? $" where {parameter.Name} : {string.Join(", ", parts)}" : "";
    }));

    private static Queue<string?> TupleNames(ICustomAttributeProvider provider) =>
        new(provider.GetCustomAttributes(typeof(TupleElementNamesAttribute), false).OfType<TupleElementNamesAttribute>().FirstOrDefault()?.TransformNames ?? []);

    private static string Format(Type type, NullabilityInfo? nullability, Queue<string?> names)
    {
        if (type.IsByRef)
        {
            return Format(type.GetElementType()!, nullability?.ElementType ?? nullability, names);
        }

        var mark = nullability?.ReadState == NullabilityState.Nullable && !type.IsValueType ? "?" : "";
        if (type.IsArray)
        {
            return $"{Format(type.GetElementType()!, nullability?.ElementType, names)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Format(inner, null, names) + "?";
        }

        if (type.IsGenericParameter || Keywords.ContainsKey(type))
        {
            return (type.IsGenericParameter ? type.Name : Keywords[type]) + mark;
        }

        var arguments = type.GetGenericArguments();
        if (type.IsConstructedGenericType && type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true)
        {
            // The names of this tuple's elements come before those of the tuples within them.
            var own = arguments.Select(_ => names.TryDequeue(out var name) ? name : null).ToList();
            var elements = arguments.Select((argument, i) => $"{Format(argument, At(nullability, i), names)} {own[i]}".TrimEnd());
            return $"({string.Join(", ", elements)})";
        }

        var generics = arguments.Select((argument, i) => Format(argument, At(nullability, i), names)).ToList();
        return Qualified(type, generics) + mark;
    }

    private static NullabilityInfo? At(NullabilityInfo? nullability, int i) =>
        nullability is { GenericTypeArguments: { } arguments } && i < arguments.Length ? arguments[i] : null;

    // A nested type carries the arguments of the types around it first.
    private static string Qualified(Type type, List<string> generics)
    {
        var outer = type.IsNested ? Qualified(type.DeclaringType!, generics) + "." : type.Namespace is { Length: > 0 } space && space != "System" ? space + "." : "";
        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        if (tick < 0)
        {
            return outer + type.Name;
        }

        var count = int.Parse(type.Name.AsSpan(tick + 1), System.Globalization.CultureInfo.InvariantCulture);
        var own = generics.Take(count).ToList();
        generics.RemoveRange(0, own.Count);
        return $"{outer}{type.Name[..tick]}<{string.Join(", ", own)}>";
    }
}
