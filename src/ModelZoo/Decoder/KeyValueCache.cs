using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>Keys and values of the tokens that a decoder has read, so that each token is read once.</summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    /// <summary>Room for a number of tokens.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="batch">B.</param>
    /// <param name="capacity">The most tokens of a row, prompt included.</param>
    /// <param name="type">The element type of keys and values.</param>
    /// <param name="devices">The device of each layer.</param>
    public KeyValueCache(DecoderConfig config, long batch, long capacity, ScalarType type, IReadOnlyList<Device> devices)
    {
        Capacity = capacity;
        _keys = [.. devices.Select(Room)];
        _values = [.. devices.Select(Room)];

        Tensor Room(Device device) => torch.empty([batch, capacity, config.NumKeyValueHeads, config.HeadDim], type, device)
            .DetachFromDisposeScope(); // [B, capacity, K, d]
    }

    /// <summary>The most tokens of a row.</summary>
    public long Capacity { get; }

    /// <summary>Tokens of a row that all layers have read.</summary>
    public long Length { get; private set; }

    /// <summary>Frees the room.</summary>
    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values))
        {
            tensor.Dispose();
        }
    }

    /// <summary>Stores a layer's keys and values of further tokens.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="keys">[B, T, K, d].</param>
    /// <param name="values">[B, T, K, d].</param>
    /// <returns>Those of all tokens so far, views, [B, S, K, d].</returns>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var added = keys.shape[1];
        if (Length + added > Capacity)
        {
            throw new InvalidOperationException($"The key-value cache holds {Length} of {Capacity} tokens; {added} more have no room.");
        }

        return (Stored(_keys[layer], keys), Stored(_values[layer], values));

        Tensor Stored(Tensor all, Tensor part)
        {
            using var target = all.narrow(1, Length, added); // [B, T, K, d]
            target.copy_(part);
            return all.narrow(1, 0, Length + added); // [B, S, K, d]
        }
    }

    /// <summary>Counts tokens that all layers have stored.</summary>
    internal void Advance(long tokens) => Length += tokens;
}
