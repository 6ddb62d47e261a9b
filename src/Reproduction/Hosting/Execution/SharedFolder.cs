using System.Security.Cryptography;
using System.Text;
using Reproduction.Storage;

namespace Reproduction.Hosting.Execution;

/// <summary>What several trials need, each in a folder made once (<see cref="TrialContext.Shared"/>).</summary>
/// <param name="root">The folder of these folders; on a cluster the nodes share it.</param>
/// <param name="log">Takes a line about waiting and making.</param>
/// <param name="cancellation">Ends the waiting.</param>
internal sealed class SharedFolder(string root, Action<string> log, CancellationToken cancellation)
{
    private const string Unfinished = ".unfinished";
    private const int DigestDigits = 12;
    private const int MostCharacters = 40;

    private static readonly TimeSpan LongestMaking = TimeSpan.FromDays(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    // By this trial: it would wait for itself.
    private readonly HashSet<string> _making = new(StringComparer.Ordinal);

    /// <summary>The folder of a key, made if it is not there.</summary>
    /// <exception cref="OperationCanceledException">The run was interrupted while another process made it.</exception>
    /// <exception cref="InvalidOperationException">The folder is asked for while this trial makes it.</exception>
    public string Get(string key, Action<string> make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        var folder = Path.Combine(root, Name(key));
        if (Directory.Exists(folder))
        {
            return folder;
        }

        if (_making.Contains(key))
        {
            throw new InvalidOperationException($"The shared folder \"{key}\" needs itself: it is asked for while it is made.");
        }

        Directory.CreateDirectory(root);
        using var held = Wait(folder, key);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        // Of a process that was killed while it made it: where the file system has no locks, another one may be at work.
        foreach (var old in Directory.EnumerateDirectories(root, $"{Path.GetFileName(folder)}.*{Unfinished}"))
        {
            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(old) > LongestMaking)
            {
                Directory.Delete(old, recursive: true);
            }
        }

        log($"makes {key}");
        var unfinished = Directory.CreateDirectory($"{folder}.{Guid.NewGuid():N}{Unfinished}").FullName;
        _making.Add(key);
        try
        {
            make(unfinished);
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
        finally
        {
            _making.Remove(key);
        }

        try
        {
            Directory.Move(unfinished, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // A folder that nodes share shows late what another node has made.
            Directory.Delete(unfinished, recursive: true);
        }

        return folder;
    }

    // Readable, and different for different keys.
    private static string Name(string key)
    {
        var readable = string.Concat(key.Take(MostCharacters).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' ? c : '_'));
        return $"{readable}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..DigestDigits]}";
    }

    private IDisposable Wait(string folder, string key)
    {
        var told = false;
        while (true)
        {
            if (FolderLock.TryTake(folder + ".lock") is { } held)
            {
                return held;
            }

            if (!told)
            {
                log($"waits for another trial to make {key}");
                told = true;
            }

            if (cancellation.WaitHandle.WaitOne(Interval))
            {
                throw new OperationCanceledException(cancellation);
            }
        }
    }
}
