using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.Surface;

/// <summary>What holds for the TorchSharp stand-in alone.</summary>
public sealed class BridgeTests
{
    private delegate nint CoreName();

    [Fact]
    public void AnErrorNamesTheOperator()
    {
        using var scope = NewDisposeScope();
        var thrown = Assert.Throws<ExternalException>(() => ones(2, 3).mm(ones(2, 3)));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("aten::mm", thrown.Message, StringComparison.Ordinal);
    }

    // OpenBLAS takes a processor that it does not know for this one of 2004.
    [Fact]
    public void MatricesAreMultipliedByTheKernelsOfThisProcessor()
    {
        using var scope = NewDisposeScope();
        _ = ones(2, 2).mm(ones(2, 2));
        if (NativeLibrary.TryLoad("libopenblas.so.0", out var library) && NativeLibrary.TryGetExport(library, "openblas_get_corename", out var function) && Avx2.IsSupported)
        {
            Assert.NotEqual("Prescott", Marshal.PtrToStringUTF8(Marshal.GetDelegateForFunctionPointer<CoreName>(function)()));
        }
    }

    [Fact]
    public void FinalizersFreeTheHandlesThatNobodyDisposed()
    {
        var before = TensorHandles.Settled();
        Forget();
        for (var i = 0; i < 10 && Tensor.TotalCount > before; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(before, Tensor.TotalCount);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget()
        {
            for (var i = 0; i < 100; i++)
            {
                var x = ones(10).requires_grad_();
                (x * 2).sum().backward();
            }
        }
    }

    [Fact]
    public void WhatIsNotSupportedIsRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("named dimensions", Assert.Throws<ArgumentException>(() => zeros(2, names: ["n"])).Message, StringComparison.Ordinal);
        Assert.Contains("autograd.grad", Assert.Throws<ArgumentException>(() => ones(1).backward(inputs: [ones(1)])).Message, StringComparison.Ordinal);
        Assert.Contains("in-place", Assert.Throws<ArgumentException>(() => nn.Dropout(inplace: true)).Message, StringComparison.Ordinal);
    }
}
