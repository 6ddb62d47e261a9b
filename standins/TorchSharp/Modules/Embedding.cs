using System.Diagnostics.CodeAnalysis;
using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Rows of a table by index. As in TorchSharp the table belongs to the module's native half: <see cref="weight"/> gives a new
/// handle of it each time, and the registered parameter belongs to the dispose scope in which the module was made.
/// </summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly long padding;
    private Tensor table;

    internal Embedding(long num_embeddings, long embedding_dims, long? padding_idx, Device? device, ScalarType? dtype)
        : base(nameof(Embedding))
    {
        padding = padding_idx ?? -1;
        table = randn([num_embeddings, embedding_dims], dtype, device).DetachFromDisposeScope();
        if (padding_idx is { } row)
        {
            using var zeroed = table.select(0, row);
            zeroed.fill_(0);
        }

        table.requires_grad = true;
        register_parameter(nameof(weight), NewHandle(table));
    }

    [DisallowNull]
    public Parameter? weight
    {
        get => NewHandle(table);
        set
        {
            table.Dispose();
            table = value.alias().DetachFromDisposeScope();
            ConditionallyRegisterParameter(nameof(weight), value);
        }
    }

    public override Tensor forward(Tensor input) => Aten.Embedding.Tensor(table, input, padding);

    // The table is no buffer, and the parameter is registered already.
    protected override void RegisterComponents()
    {
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            table.Dispose();
        }
    }

    // The native half exchanges the data within the tensor, so that every handle of it follows.
    internal override void ConvertTo(Device? device, ScalarType? type)
    {
        using (no_grad())
        using (var converted = table.to(type ?? table.dtype, device ?? table.device))
        {
            NativeMethods.ThrowIf(NativeMethods.tb_set_data(table.Handle, converted.Handle) != 0);
        }
    }

    private static Parameter NewHandle(Tensor tensor) => new(NativeMethods.Alias(tensor));
}
