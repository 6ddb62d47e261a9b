using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralAdapters.Files;

/// <summary>Writes safetensors files, byte for byte as the reference library orders them.</summary>
public static class SafetensorsWriter
{
    private const int HeaderAlignment = 8;

    /// <summary>
    /// Writes tensors of any device and layout; the file is replaced atomically, or the old one is kept.
    /// </summary>
    /// <param name="path">The target; its folder is created if it does not exist.</param>
    /// <param name="tensors">The tensors by name: float64, float32, float16, bfloat16, integers up to 64 bits or bool.</param>
    /// <param name="metadata">Free strings for the header, such as format = pt, which Python tools look for.</param>
    /// <exception cref="ArgumentException">A tensor's type is none of the format's, or a name is reserved.</exception>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null) => AtomicFile.Write(path, Content(path, tensors, metadata));

    /// <summary>What writes the same content into a stream, for files that are replaced together.</summary>
    /// <param name="path">The target's path, for messages.</param>
    /// <param name="tensors">The tensors by name, read when the content is written.</param>
    /// <param name="metadata">Free strings for the header.</param>
    /// <exception cref="ArgumentException">A tensor's type is none of the format's, or a name is reserved.</exception>
    public static Action<Stream> Content(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        foreach (var (name, tensor) in tensors)
        {
            if (SafetensorsDtype.Order(tensor.dtype) < 0)
            {
                throw new ArgumentException(
                    $"{path}: tensor '{name}': found type {tensor.dtype}, expected one of {SafetensorsDtype.AllNames}.");
            }

            if (name == "__metadata__")
            {
                throw new ArgumentException($"{path}: tensor '{name}': the name is reserved by the format.");
            }
        }

        var ordered = tensors
            .OrderByDescending(pair => SafetensorsDtype.Order(pair.Value.dtype))
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .ToList();
        return stream =>
        {
            WriteHeader(stream, ordered, metadata);
            foreach (var (_, tensor) in ordered)
            {
                WriteData(stream, tensor);
            }
        };
    }

    private static void WriteHeader(
        Stream stream,
        List<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata is not null)
            {
                writer.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                offset = WriteEntry(writer, name, tensor, offset);
            }

            writer.WriteEndObject();
        }

        while (json.Length % HeaderAlignment != 0)
        {
            json.WriteByte((byte)' ');
        }

        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixLength];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        stream.Write(prefix);
        json.WriteTo(stream);
    }

    private static long WriteEntry(Utf8JsonWriter writer, string name, Tensor tensor, long offset)
    {
        var end = offset + (tensor.numel() * SafetensorsDtype.Size(tensor.dtype));
        writer.WriteStartObject(name);
        writer.WriteString("dtype", SafetensorsDtype.Name(tensor.dtype));
        writer.WriteStartArray("shape");
        foreach (var size in tensor.shape)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(offset);
        writer.WriteNumberValue(end);
        writer.WriteEndArray();
        writer.WriteEndObject();
        return end;
    }

    private static void WriteData(Stream stream, Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        var plain = tensor.detach().cpu().contiguous();
        TensorBytes.ForEachBlock(plain, (block, _) => stream.Write(block));
    }
}
