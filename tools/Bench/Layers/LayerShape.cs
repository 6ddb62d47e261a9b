namespace Bench.Layers;

/// <summary>A layer of one of the paper's models with the tokens and the rank of its runs.</summary>
internal sealed record LayerShape(long Out, long In, long Tokens, long Rank)
{
    public static IReadOnlyList<LayerShape> All { get; } =
    [
        new(768, 768, 2048, 24),
        new(1024, 1024, 512, 8),
        new(1280, 768, 154, 32),
        new(4096, 4096, 512, 8),
    ];
}
