using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ModelZoo.Packages;

/// <summary>Reads a resource out of an assembly's file; nothing of the assembly is loaded or run.</summary>
internal static class AssemblyResource
{
    /// <exception cref="InvalidDataException">
    /// The file is no assembly, is truncated, or lacks the resource; the message names both.
    /// </exception>
    public static byte[] Read(string path, string name)
    {
        try
        {
            using var file = new PEReader(File.OpenRead(path));
            var metadata = file.GetMetadataReader();
            var names = new List<string>();
            foreach (var resource in metadata.ManifestResources.Select(metadata.GetManifestResource))
            {
                names.Add(metadata.GetString(resource.Name));
                if (names[^1] == name && resource.Implementation.IsNil)
                {
                    var all = file.GetSectionData(file.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress);
                    var reader = all.GetReader((int)resource.Offset, all.Length - (int)resource.Offset);
                    return reader.ReadBytes(reader.ReadInt32());
                }
            }

            throw new InvalidDataException(
                $"{path}: found {(names.Count == 0 ? "no resource" : string.Join(", ", names))}, expected the resource {name}.");
        }
        catch (Exception exception) when (exception is BadImageFormatException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException(
                $"{path}: found no readable assembly ({exception.Message}), expected one with {name}.", exception);
        }
    }
}
