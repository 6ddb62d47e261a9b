using System.Text;

namespace Reproduction.Hosting.Display;

/// <summary>
/// A stream of the process whose loss ends no trial: after the first error it takes what is written and drops it. A terminal that was
/// closed, or a log file on a full disk, is no reason to lose training that has its own files.
/// </summary>
internal sealed class LastingWriter(TextWriter inner) : TextWriter
{
    /// <summary>Why the stream could not be written; null as long as it can.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (Problem is not null)
        {
            return;
        }

        try
        {
            write();
        }
        catch (IOException exception)
        {
            Problem = exception.Message;
        }
    }
}
