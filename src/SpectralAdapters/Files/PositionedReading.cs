using Microsoft.Win32.SafeHandles;

namespace SpectralAdapters.Files;

/// <summary>Reads at positions of a file, which several readers can do at once.</summary>
internal static class PositionedReading
{
    /// <summary>Fills a buffer from a position of the file.</summary>
    /// <exception cref="EndOfStreamException">The file ends earlier.</exception>
    public static void ReadExactly(this SafeFileHandle file, Span<byte> buffer, long position)
    {
        while (buffer.Length > 0)
        {
            var count = RandomAccess.Read(file, buffer, position);
            if (count == 0)
            {
                throw new EndOfStreamException($"the file ends at byte {position}, {buffer.Length} bytes early.");
            }

            buffer = buffer[count..];
            position += count;
        }
    }
}
