using System.Buffers.Binary;
using System.IO.Compression;

namespace SpectralExperiments.Tests;

/// <summary>The pixels of a PNG with 8 bits a channel, with or without alpha.</summary>
internal sealed class PngImage
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private readonly byte[] _samples;
    private readonly int _channels;

    public PngImage(byte[] file)
    {
        Assert.Equal(Signature, file[..8]);
        using var compressed = new MemoryStream();
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var kind = System.Text.Encoding.ASCII.GetString(file, at + 4, 4);
            var data = file.AsSpan(at + 8, length);
            if (kind == "IHDR")
            {
                (Width, Height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
                Assert.Equal(8, data[8]);
                _channels = data[9] switch { 2 => 3, 6 => 4, _ => throw new InvalidDataException($"color type {data[9]}") };
            }
            else if (kind == "IDAT")
            {
                compressed.Write(data);
            }

            at += length + 12;
        }

        compressed.Position = 0;
        using var raw = new ZLibStream(compressed, CompressionMode.Decompress);
        _samples = Unfilter(raw);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>How many pixels have exactly this colour.</summary>
    public int Count(byte red, byte green, byte blue)
    {
        var count = 0;
        for (var i = 0; i < _samples.Length; i += _channels)
        {
            count += _samples[i] == red && _samples[i + 1] == green && _samples[i + 2] == blue ? 1 : 0;
        }

        return count;
    }

    // Sub, Up, Average and Paeth, as in the PNG specification, section 9.
    private byte[] Unfilter(Stream raw)
    {
        var stride = Width * _channels;
        var result = new byte[stride * Height];
        var line = new byte[stride + 1];
        for (var y = 0; y < Height; y++)
        {
            raw.ReadExactly(line);
            for (var x = 0; x < stride; x++)
            {
                int left = x >= _channels ? result[(y * stride) + x - _channels] : 0;
                int up = y > 0 ? result[((y - 1) * stride) + x] : 0;
                int corner = x >= _channels && y > 0 ? result[((y - 1) * stride) + x - _channels] : 0;
                var predicted = line[0] switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) };
                result[(y * stride) + x] = (byte)(line[x + 1] + predicted);
            }
        }

        return result;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var estimate = left + up - corner;
        var (a, b, c) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
