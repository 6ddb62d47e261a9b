namespace SpectralExperiments.Linked;

/// <summary>
/// Writes files that belong together, such as a config and the tensors that it describes: on any error all of them stay as they were.
/// </summary>
/// <remarks>Linked into the projects that write such files, like <see cref="AtomicFile"/>.</remarks>
internal static class AtomicFiles
{
    /// <summary>
    /// Writes every file beside its target first; only then they take the targets' places, in the given order. Earlier ones are put back
    /// if a later one cannot, so give the largest last: it needs no copy.
    /// </summary>
    /// <param name="files">The targets, whose folders are created if they do not exist, and what writes their content.</param>
    /// <inheritdoc cref="AtomicFile.Write(string, Action{Stream})"/>
    public static void Write(params IReadOnlyList<(string Path, Action<Stream> Write)> files)
    {
        var temporary = new List<string>();
        var replaced = new List<(string Path, string? Previous)>();
        try
        {
            var unfinished = new List<string>();
            foreach (var (path, write) in files)
            {
                unfinished.Add(AtomicFile.WriteBeside(path, write));
                temporary.Add(unfinished[^1]);
            }

            for (var i = 0; i < files.Count; i++)
            {
                var path = files[i].Path;
                var previous = i < files.Count - 1 && File.Exists(path) ? AtomicFile.NameBeside(path) : null;
                if (previous is not null)
                {
                    temporary.Add(previous);
                    File.Copy(path, previous);
                }

                File.Move(unfinished[i], path, overwrite: true);
                replaced.Add((path, previous));
            }
        }
        catch
        {
            // A copy that cannot take its place again is all that is left of the earlier file.
            foreach (var file in replaced.Where(file => !PutBack(file)))
            {
                temporary.Remove(file.Previous ?? "");
            }

            throw;
        }
        finally
        {
            temporary.ForEach(AtomicFile.Delete);
        }
    }

    // The error that made the write fail is reported, not that of putting back.
    private static bool PutBack((string Path, string? Previous) file)
    {
        try
        {
            if (file.Previous is null)
            {
                File.Delete(file.Path);
            }
            else
            {
                File.Move(file.Previous, file.Path, overwrite: true);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
