using System.Diagnostics;
using System.Numerics.Tensors;
using LLama;
using LLama.Common;
using LLama.Native;

namespace Bench.Decoders;

/// <summary>Greedy generation by llama.cpp on one thread, as LLamaSharp exposes it.</summary>
internal sealed class LlamaSharpGenerator : IDisposable
{
    private readonly LLamaWeights _weights;
    private readonly LLamaContext _context;

    /// <param name="path">A GGUF file.</param>
    /// <param name="contextSize">The most tokens of a sequence.</param>
    public LlamaSharpGenerator(string path, int contextSize)
    {
        NativeLibraryConfig.All.WithLogCallback((_, _) => { });
        var parameters = new ModelParams(path) { ContextSize = (uint)contextSize, GpuLayerCount = 0, Threads = 1, BatchThreads = 1 };
        _weights = LLamaWeights.LoadFromFile(parameters);
        _context = _weights.CreateContext(parameters);
    }

    /// <summary>Generates after a prompt.</summary>
    /// <param name="prompt">Token ids.</param>
    /// <param name="count">The number of tokens behind the first one.</param>
    /// <returns>The ids, and the milliseconds from the first token to the last.</returns>
    public (IReadOnlyList<int> Ids, double Milliseconds) Generate(IReadOnlyList<int> prompt, int count)
    {
        _context.NativeHandle.MemoryClear();
        var batch = new LLamaBatch();
        foreach (var (position, id) in prompt.Index())
        {
            batch.Add(id, position, LLamaSeqId.Zero, position == prompt.Count - 1);
        }

        var ids = new List<int> { Next(batch, prompt.Count - 1) };
        var watch = Stopwatch.StartNew();
        for (var step = 0; step < count; step++)
        {
            batch.Clear();
            batch.Add(ids[^1], prompt.Count + step, LLamaSeqId.Zero, true);
            ids.Add(Next(batch, 0));
        }

        return (ids, watch.Elapsed.TotalMilliseconds);
    }

    public void Dispose()
    {
        _context.Dispose();
        _weights.Dispose();
    }

    private int Next(LLamaBatch batch, int index)
    {
        var result = _context.Decode(batch);
        return result == DecodeResult.Ok
            ? TensorPrimitives.IndexOfMax(_context.NativeHandle.GetLogitsIth(index))
            : throw new InvalidOperationException($"llama.cpp answered {result}, expected {DecodeResult.Ok}.");
    }
}
