using static TorchSharp.torch;

namespace ModelZoo.Deberta;

/// <summary>Where the numbers of a group of heads lie in tensors of all heads. All results are views.</summary>
internal sealed class HeadLayout
{
    private readonly long _batch;
    private readonly long _length;
    private readonly long _width;

    /// <param name="shape">[B, T, D].</param>
    /// <param name="heads">H.</param>
    /// <param name="group">h, the number of heads of a group.</param>
    public HeadLayout(long[] shape, int heads, int group)
    {
        (_batch, _length, _width) = (shape[0], shape[1], shape[2]);
        (Group, HeadSize) = (group, _width / heads);
    }

    /// <summary>h, the number of heads of a group.</summary>
    public int Group { get; }

    /// <summary>d, the width of a head.</summary>
    public long HeadSize { get; }

    /// <summary>B T.</summary>
    public long Rows => _batch * _length;

    /// <summary>2T: the 2T - 1 distances of pairs, and one that no pair has.</summary>
    public long Distances => 2 * _length;

    /// <summary>A group's part of a contiguous [B, T, D].</summary>
    /// <returns>[h, B, T, d].</returns>
    public Tensor Of(Tensor all, int head) => all.as_strided(
        [Group, _batch, _length, HeadSize], [HeadSize, _length * _width, _width, 1], all.storage_offset() + (head * HeadSize));

    /// <summary>A group's part of a contiguous [2T, D].</summary>
    /// <returns>[h, 2T, d].</returns>
    public Tensor Relative(Tensor all, int head) => all.as_strided(
        [Group, Distances, HeadSize], [HeadSize, _width, 1], all.storage_offset() + (head * HeadSize));

    /// <summary>The products of each token with the relative rows, by pairs of tokens.</summary>
    /// <param name="content">[h, B, T, d].</param>
    /// <param name="relative">[h, 2T, d].</param>
    /// <returns>[h, B, T, T], the content's token first.</returns>
    public Tensor Products(Tensor content, Tensor relative) =>
        Pairs(matmul(content.reshape(Group, Rows, HeadSize), relative.transpose(-1, -2)));

    /// <summary>
    /// Products with 2T distances by pairs of tokens. The distance of a pair depends on i - j alone, so row i of the pairs is row i
    /// of the products from column T - 1 - i on: a view with a shorter row stride, where a gather would copy with an index for each.
    /// </summary>
    /// <param name="products">[h, B T, 2T], contiguous.</param>
    /// <returns>[h, B, T, T].</returns>
    public Tensor Pairs(Tensor products) => products.as_strided(
        [Group, _batch, _length, _length],
        [Rows * Distances, _length * Distances, Distances - 1, 1],
        products.storage_offset() + _length - 1);
}
