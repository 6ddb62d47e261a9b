using NativeLibraries;

if (args is not [var torchSharp, var folder])
{
    Console.Error.WriteLine("usage: NativeLibraries <libLibTorchSharp.so of the package> <output folder>");
    return 2;
}

try
{
    Directory.CreateDirectory(folder);
    OutputFile.Write(Path.Combine(folder, IntelKernelsLibrary.FileName), IntelKernelsLibrary.Bytes());

    var library = Path.Combine(folder, TorchSharpPatch.FileName);
    if (TorchSharpPatch.Apply(torchSharp, File.ReadAllBytes(torchSharp), SystemCxxLibrary.Has) is { } patched)
    {
        OutputFile.Write(library, patched);
    }
    else
    {
        OutputFile.Link(library, torchSharp);
    }

    return 0;
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
{
    // The form that MSBuild shows as an error of the build.
    Console.Error.WriteLine($"NativeLibraries : error : {exception.Message}");
    return 1;
}
