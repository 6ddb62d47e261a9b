using System.Text.Json;
using ModelZoo.Decoder;
using Training.Data;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Decoder;

/// <summary>The batches of tests/fixtures/smollm2 in their order, padded on the right.</summary>
internal sealed class SmolLm2Batches : IBatchSampler
{
    private readonly JsonElement[] _batches = [.. SmolLm2Fixture.Json("batches.json").GetProperty("batches").EnumerateArray()];
    private readonly int _count;

    /// <param name="count">How many of them.</param>
    public SmolLm2Batches(int count) => _count = count;

    public int BatchesPerEpoch => _count;

    public IReadOnlyList<int[]> Epoch(int epoch) => [.. Enumerable.Range(0, _count).Select(batch => new[] { batch })];

    /// <summary>A batch's ids, mask and labels, [B, T] each.</summary>
    public (Tensor Ids, Tensor Mask, Tensor Labels) Batch(int index)
    {
        var rows = _batches[index].GetProperty("input_ids").EnumerateArray().Select(SmolLm2Fixture.Integers).ToList();
        var lengths = SmolLm2Fixture.Integers(_batches[index].GetProperty("lengths"));
        var ids = tensor(rows.SelectMany(row => row.Select(id => (long)id)).ToArray()).view(rows.Count, -1); // [B, T]
        var mask = arange(ids.shape[1]).unsqueeze(0).lt(tensor(lengths).unsqueeze(1)).to_type(ScalarType.Int64); // [B, T]
        return (ids, mask, ids.masked_fill(mask.eq(0), DecoderForCausalLm.Ignored));
    }
}
