using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SpectralExperiments.Tests.Surface;

/// <summary>
/// The types and members that compiled assemblies name, as "type" and "type::member signature", and what they override, as
/// "override::member/number of parameters".
/// </summary>
internal static class CalledMembers
{
    public static HashSet<string> In(IEnumerable<string> assemblies) => [.. assemblies.SelectMany(Read)];

    public static string Override(string name, MethodSignature<string> signature) => $"override::{name}/{signature.ParameterTypes.Length}";

    private static List<string> Read(string assembly)
    {
        using var stream = File.OpenRead(assembly);
        using var file = new PEReader(stream);
        var reader = file.GetMetadataReader();
        var text = new SignatureText();
        var named = reader.TypeReferences.Select(handle => text.GetTypeFromReference(reader, handle, 0)).ToList();
        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            var type = member.Parent.Kind switch
            {
                HandleKind.TypeReference => text.GetTypeFromReference(reader, (TypeReferenceHandle)member.Parent, 0),
                HandleKind.TypeSpecification => text.GetTypeFromSpecification(reader, null, (TypeSpecificationHandle)member.Parent, 0).Split('<')[0],
                _ => null,
            };
            var signature = member.GetKind() == MemberReferenceKind.Method
                ? SignatureText.Of(member.DecodeMethodSignature(text, null))
                : ":" + member.DecodeFieldSignature(text, null);
            named.Add($"{type}::{reader.GetString(member.Name)}{signature}");
        }

        foreach (var method in reader.MethodDefinitions.Select(reader.GetMethodDefinition))
        {
            if (method.Attributes.HasFlag(MethodAttributes.Virtual) && !method.Attributes.HasFlag(MethodAttributes.NewSlot))
            {
                named.Add(Override(reader.GetString(method.Name), method.DecodeSignature(text, null)));
            }
        }

        return named;
    }
}
