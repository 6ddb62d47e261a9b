using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var outputHandles = Tensor.Handles(outputs);
            var inputHandles = Tensor.Handles(inputs);
            var gradientHandles = grad_outputs is null ? [] : Tensor.Handles(grad_outputs);
            var results = new nint[inputs.Count];
            fixed (nint* o = outputHandles)
            fixed (nint* i = inputHandles)
            fixed (nint* g = gradientHandles)
            fixed (nint* r = results)
            {
                var status = NativeMethods.tb_autograd_grad(
                    o, outputHandles.Length, i, inputHandles.Length, g, gradientHandles.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, r);
                NativeMethods.ThrowIf(status != 0);
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return [.. results.Select(handle => new Tensor(handle))];
        }
    }
}
