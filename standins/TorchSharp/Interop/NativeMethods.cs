using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The functions of torch_bridge.cpp; see there for ownership and errors.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "torch_bridge";

#pragma warning disable CA2255 // The resolver must be in place before the first native call, whoever makes it.
    [ModuleInitializer]
    internal static void RegisterResolver() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, (name, _, _) => name == Library ? BridgeLibrary.Load() : 0);
#pragma warning restore CA2255

    /// <summary>Throws the bridge's last error as TorchSharp does.</summary>
    public static void ThrowIf(bool failed)
    {
        if (failed)
        {
            throw new ExternalException(Error());
        }
    }

    /// <summary>What the last failing call of this thread said.</summary>
    public static string? Error() => Marshal.PtrToStringUTF8(tb_error());

    /// <summary>A new handle of the same tensor, not wrapped yet.</summary>
    public static nint Alias(torch.Tensor tensor)
    {
        var handle = tb_alias(tensor.Handle);
        GC.KeepAlive(tensor);
        ThrowIf(handle == 0);
        return handle;
    }

    /// <summary>Wraps a new tensor handle; a zero one means that the call failed.</summary>
    public static torch.Tensor Tensor(nint handle)
    {
        ThrowIf(handle == 0);
        return new torch.Tensor(handle);
    }

    [LibraryImport(Library)] public static partial nint tb_error();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial void tb_set_error(string text);
    [LibraryImport(Library)] public static partial nint tb_version();
    [LibraryImport(Library)] public static partial long tb_live();
    [LibraryImport(Library)] public static partial void tb_free(nint tensor);
    [LibraryImport(Library)] public static partial nint tb_alias(nint tensor);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial nint tb_operator(string name, string overload);
    [LibraryImport(Library)] public static partial int tb_call(nint op, Value* arguments, int argumentCount, Value* results, int resultCapacity);

    [LibraryImport(Library), SuppressGCTransition] public static partial long tb_dim(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial long tb_numel(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial void tb_sizes(nint tensor, long* sizes);
    [LibraryImport(Library), SuppressGCTransition] public static partial int tb_dtype(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial long tb_element_size(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial int tb_device_type(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial int tb_device_index(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial int tb_is_contiguous(nint tensor);
    [LibraryImport(Library)] public static partial void* tb_data(nint tensor);
    [LibraryImport(Library)] public static partial int tb_set_data(nint tensor, nint data);
    [LibraryImport(Library)] public static partial nint tb_from_data(void* data, long bytes, long* sizes, int dim, int dtype);

    [LibraryImport(Library)] public static partial int tb_requires_grad(nint tensor);
    [LibraryImport(Library)] public static partial int tb_set_requires_grad(nint tensor, int value);
    [LibraryImport(Library)] public static partial int tb_is_leaf(nint tensor);
    [LibraryImport(Library)] public static partial nint tb_grad(nint tensor);
    [LibraryImport(Library)] public static partial int tb_set_grad(nint tensor, nint grad);
    [LibraryImport(Library)] public static partial int tb_backward(nint* tensors, int count, nint* grads, int gradCount, int retainGraph, int createGraph);
    [LibraryImport(Library)] public static partial int tb_autograd_grad(nint* outputs, int outputCount, nint* inputs, int inputCount, nint* grads, int gradCount, int retainGraph, int createGraph, int allowUnused, nint* results);
    [LibraryImport(Library), SuppressGCTransition] public static partial int tb_grad_mode();
    [LibraryImport(Library), SuppressGCTransition] public static partial void tb_set_grad_mode(int enabled);
    [LibraryImport(Library)] public static partial nint tb_attach_node(nint* inputs, int inputCount, nint* outputs, int outputCount, nint* saved, int savedCount, delegate* unmanaged<nint, nint*, int, nint*, int, int> backward, delegate* unmanaged<nint, void> release, nint context);
    [LibraryImport(Library)] public static partial int tb_saved_variables(nint node, nint* results);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial nint tb_generator(ulong seed, string device);
    [LibraryImport(Library)] public static partial nint tb_default_generator();
    [LibraryImport(Library)] public static partial void tb_generator_free(nint generator);
    [LibraryImport(Library)] public static partial int tb_manual_seed(ulong seed);
    [LibraryImport(Library)] public static partial int tb_set_threads(int count);
}
