using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>
/// One operator of libtorch, named as in its schema ("aten::add.Tensor"). It is looked up on its first call, so that an
/// operator that this libtorch lacks is an error only where it is used.
/// </summary>
internal sealed class Operator(string name, string overload = "")
{
    private const int StackWords = 64;

    // Singular value decompositions have three.
    private const int MostResults = 3;

    private nint handle;

    /// <summary>Calls the operator and returns its one tensor.</summary>
    public torch.Tensor Tensor(params ReadOnlySpan<Argument> arguments)
    {
        Value result = default;
        Invoke(arguments, new Span<Value>(ref result));
        unsafe
        {
            return new torch.Tensor((nint)result.Pointer);
        }
    }

    /// <summary>Calls an operator with several tensors as results.</summary>
    public torch.Tensor[] Tensors(params ReadOnlySpan<Argument> arguments)
    {
        Span<Value> results = stackalloc Value[MostResults];
        var count = Invoke(arguments, results);
        var tensors = new torch.Tensor[count];
        for (var i = 0; i < count; i++)
        {
            unsafe
            {
                tensors[i] = new torch.Tensor((nint)results[i].Pointer);
            }
        }

        return tensors;
    }

    /// <summary>Calls an operator whose result is of no interest: an in-place or out form. The bridge frees what it is given no room for.</summary>
    public void Run(params ReadOnlySpan<Argument> arguments) => Invoke(arguments, []);

    /// <summary>Calls an operator that answers yes or no.</summary>
    public bool Boolean(params ReadOnlySpan<Argument> arguments)
    {
        Value result = default;
        Invoke(arguments, new Span<Value>(ref result));
        return result.Integer != 0;
    }

    [SkipLocalsInit]
    private unsafe int Invoke(ReadOnlySpan<Argument> arguments, Span<Value> results)
    {
        if (handle == 0)
        {
            handle = NativeMethods.tb_operator("aten::" + name, overload);
            NativeMethods.ThrowIf(handle == 0);
        }

        var words = CountListWords(arguments);
        nint* heap = words > StackWords ? (nint*)NativeMemory.Alloc((nuint)words, (nuint)sizeof(nint)) : null;
        nint* stack = stackalloc nint[StackWords];
        var free = heap == null ? stack : heap;
        var values = stackalloc Value[arguments.Length];
        try
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                free = Write(arguments[i], values + i, free);
            }

            int count;
            fixed (Value* resultPointer = results)
            {
                count = NativeMethods.tb_call(handle, values, arguments.Length, resultPointer, results.Length);
            }

            if (count < 0)
            {
                throw new ExternalException($"{NativeMethods.Error()} (in aten::{name})");
            }

            return count;
        }
        finally
        {
            NativeMemory.Free(heap);
        }
    }

    private static int CountListWords(ReadOnlySpan<Argument> arguments)
    {
        var words = 0;
        foreach (ref readonly var argument in arguments)
        {
            words += argument.Tag switch
            {
                ValueTag.IntegerList => ((long[])argument.Owner!).Length,
                ValueTag.TensorList => ((IReadOnlyList<torch.Tensor>)argument.Owner!).Count,
                _ => 0,
            };
        }

        return words;
    }

    private static unsafe nint* Write(in Argument argument, Value* value, nint* free)
    {
        value->Tag = argument.Tag;
        value->Count = 0;
        value->Integer = argument.Integer;
        switch (argument.Tag)
        {
            case ValueTag.Tensor:
                value->Pointer = (void*)((torch.Tensor)argument.Owner!).Handle;
                break;
            case ValueTag.Generator:
                value->Pointer = (void*)((torch.Generator)argument.Owner!).Handle;
                break;
            case ValueTag.Real or ValueTag.RealScalar:
                value->Real = argument.Real;
                break;
            case ValueTag.String or ValueTag.Device:
                var text = (Utf8Text)argument.Owner!;
                value->Count = text.Length;
                value->Pointer = text.Pointer;
                break;
            case ValueTag.IntegerList:
                var integers = (long[])argument.Owner!;
                integers.CopyTo(new Span<long>(free, integers.Length));
                value->Count = integers.Length;
                value->Pointer = free;
                free += integers.Length;
                break;
            case ValueTag.TensorList:
                var tensors = (IReadOnlyList<torch.Tensor>)argument.Owner!;
                for (var i = 0; i < tensors.Count; i++)
                {
                    free[i] = tensors[i].Handle;
                }

                value->Count = tensors.Count;
                value->Pointer = free;
                free += tensors.Count;
                break;
        }

        return free;
    }
}
