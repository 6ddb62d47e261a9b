using TorchSharp;
using static TorchSharp.torch;

namespace ModelZoo.Decoder;

/// <summary>The state of greedy generation.</summary>
internal sealed class GenerationRun : IDisposable
{
    private readonly DecoderForCausalLm _model;
    private readonly GenerationConfig _config;
    private readonly List<int>[] _sequences;
    private readonly GenerationEnd?[] _ends;
    private readonly KeyValueCache? _cache;
    private readonly Device _device;
    private readonly Tensor _allIds;
    private readonly Tensor? _attentionMask;
    private readonly Tensor _lengths;
    private readonly long _promptLength;
    private int _steps;

    public GenerationRun(DecoderForCausalLm model, IReadOnlyList<IReadOnlyList<int>> prompts, GenerationConfig config)
    {
        (_model, _config) = (model, config);
        _sequences = [.. prompts.Select(_ => new List<int>())];
        _ends = new GenerationEnd?[prompts.Count];
        _device = model.Model.Devices[0];
        _promptLength = prompts.Max(prompt => prompt.Count);
        var (batch, width) = (prompts.Count, _promptLength + config.MaxNewTokens);
        var ids = new long[batch, width];
        var mask = new long[batch, width];
        for (var row = 0; row < batch; row++)
        {
            var padding = (int)_promptLength - prompts[row].Count;
            for (var i = 0; i < width; i++)
            {
                ids[row, i] = i < padding || i >= _promptLength ? 0 : prompts[row][i - padding];
                mask[row, i] = i < padding ? 0 : 1;
            }
        }

        _allIds = tensor(ids, device: _device); // [B, P + N]
        _attentionMask = prompts.Any(prompt => prompt.Count < _promptLength) ? tensor(mask, device: _device) : null; // [B, P + N]
        _lengths = tensor(prompts.Select(prompt => (long)prompt.Count).ToArray(), device: _device).unsqueeze(1); // [B, 1]
        _cache = config.UseCache ? new KeyValueCache(model.Config, batch, width, model.Model.HiddenType, model.Model.Devices) : null;
    }

    public bool IsComplete => Array.TrueForAll(_ends, end => end is not null);

    public IReadOnlyList<GeneratedSequence> Sequences => [.. _sequences.Zip(_ends, (ids, end) => new GeneratedSequence(ids, end!.Value))];

    public void Dispose() => _cache?.Dispose();

    /// <summary>Adds a token to each sequence that has not ended.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        var until = _promptLength + _steps; // tokens of a row so far
        var start = _cache?.Length ?? 0;
        var ids = _allIds.narrow(1, start, until - start); // [B, T]
        var mask = _attentionMask?.narrow(1, 0, until); // [B, S]
        // A row's first real token has position 0; what stands before it is never seen.
        var positions = arange(start - _promptLength, until - _promptLength, device: _device).add(_lengths).clamp_(min: 0); // [B, T]
        var hidden = _cache is null
            ? _model.Model.Read(ids, mask, positions)
            : _model.Model.Continue(ids, mask, positions, _cache); // [B, T, D]
        var next = _model.Logits(hidden.select(1, -1)).argmax(-1); // [B]
        if (_steps + 1 < _config.MaxNewTokens)
        {
            _allIds.select(1, until).copy_(next);
        }

        _steps++;
        Collect(next.cpu().data<long>().ToArray());
    }

    private void Collect(long[] next)
    {
        for (var row = 0; row < next.Length; row++)
        {
            if (_ends[row] is not null)
            {
                continue;
            }

            var ids = _sequences[row];
            ids.Add((int)next[row]);
            _ends[row] = _config.EndTokenIds.Contains(ids[^1]) ? GenerationEnd.EndToken
                : _config.IsStopped is { } isStopped && isStopped(row, ids) ? GenerationEnd.Stopped
                : ids.Count == _config.MaxNewTokens ? GenerationEnd.Length
                : null;
        }
    }
}
