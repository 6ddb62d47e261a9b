using Reproduction.Hosting.Execution;
using Reproduction.Storage;
using SpectralExperiments.Tests;

namespace Reproduction.Tests.Storage;

public sealed class FolderLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lock-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_lock_is_held_by_one_at_a_time()
    {
        var path = Path.Combine(_folder, "lock");
        using (FolderLock.TryTake(path))
        {
            Assert.Null(FolderLock.TryTake(path));
        }

        using var again = FolderLock.TryTake(path);
        Assert.NotNull(again);
    }

    [LinuxFact]
    public void An_error_that_is_no_held_lock_is_not_taken_for_one()
    {
        // Opening it fails with ENXIO: an existing file that no other process holds.
        var path = Path.Combine(_folder, "lock");
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        Assert.True(File.Exists(path));

        Assert.ThrowsAny<IOException>(() => FolderLock.TryTake(path));
    }

    [Fact]
    public void A_shared_folder_that_needs_itself_is_refused_instead_of_waited_for()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var shared = new SharedFolder(_folder, _ => { }, limit.Token);

        var message = Assert.Throws<InvalidOperationException>(
            () => shared.Get("key", _ => shared.Get("other", _ => shared.Get("key", _ => { })))).Message;

        Assert.Contains("\"key\"", message);
        Assert.True(Directory.Exists(shared.Get("key", _ => { })));
    }
}
