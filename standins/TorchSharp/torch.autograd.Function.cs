using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a custom operation keeps from its forward for its backward.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> data = [];

            internal AutogradContext()
            {
            }

            internal List<Tensor> ToSave { get; private set; } = [];

            internal int SavedCount { get; set; }

            internal nint Node { get; set; }

            public void save_for_backward(List<Tensor> tensors) => ToSave = tensors;

            public void save_data(string key, object value) => data[key] = value;

            public object? get_data(string key) => data.GetValueOrDefault(key);

            public unsafe List<Tensor> get_saved_variables()
            {
                var handles = new nint[SavedCount];
                fixed (nint* pointer = handles)
                {
                    NativeMethods.ThrowIf(NativeMethods.tb_saved_variables(Node, pointer) < 0);
                }

                return [.. handles.Select(handle => new Tensor(handle))];
            }

            public void Dispose() => GC.SuppressFinalize(this);

            /// <summary>Forgets the managed tensors: the native node has references of its own.</summary>
            internal void Saved()
            {
                SavedCount = ToSave.Count;
                ToSave = [];
            }
        }

        /// <summary>A differentiable operation; derive from <see cref="SingleTensorFunction{T}"/>.</summary>
        public abstract class Function<T>
            where T : Function<T>, new()
        {
            internal Function()
            {
            }

            public abstract string Name { get; }

            internal static T Instance { get; } = new();
        }

        /// <summary>A differentiable operation with one result whose backward is written in C#.</summary>
        public abstract class SingleTensorFunction<T> : Function<T>
            where T : SingleTensorFunction<T>, new()
        {
            public static Tensor apply(params object[] vars)
            {
                var context = new AutogradContext();
                var needsGraph = AutoGradMode.IsEnabled && vars.OfType<Tensor>().Any(tensor => tensor.requires_grad);
                Tensor output;
                using (no_grad())
                {
                    output = Instance.forward(context, vars);
                }

                if (needsGraph)
                {
                    FunctionNode.Attach(context, vars, output, Instance.backward);
                }

                return output;
            }

            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);
        }

        /// <summary>Connects the native node of the autograd graph with the managed backward.</summary>
        private sealed class FunctionNode(AutogradContext context, bool[] isTensor, Func<AutogradContext, Tensor, List<Tensor>> backward)
        {
            public static unsafe void Attach(AutogradContext context, object[] arguments, Tensor output, Func<AutogradContext, Tensor, List<Tensor>> backward)
            {
                var node = new FunctionNode(context, [.. arguments.Select(argument => argument is Tensor)], backward);
                var inputs = Tensor.Handles(arguments.OfType<Tensor>());
                var saved = Tensor.Handles(context.ToSave);
                var result = output.Handle;
                var self = GCHandle.Alloc(node);
                fixed (nint* inputPointer = inputs)
                fixed (nint* savedPointer = saved)
                {
                    context.Node = NativeMethods.tb_attach_node(inputPointer, inputs.Length, &result, 1, savedPointer, saved.Length, &RunBackward, &Release, GCHandle.ToIntPtr(self));
                }

                GC.KeepAlive(arguments);
                GC.KeepAlive(output);
                context.Saved();
                if (context.Node == 0)
                {
                    self.Free();
                    NativeMethods.ThrowIf(true);
                }
            }

            [UnmanagedCallersOnly]
            private static void Release(nint self) => GCHandle.FromIntPtr(self).Free();

            // No managed exception may cross into native code: its text travels through the bridge.
            [UnmanagedCallersOnly]
            private static unsafe int RunBackward(nint self, nint* gradients, int gradientCount, nint* results, int resultCount)
            {
                try
                {
                    using var scope = NewDisposeScope();
                    var node = (FunctionNode)GCHandle.FromIntPtr(self).Target!;
                    node.Run(new Tensor(gradients[0]), new Span<nint>(results, resultCount));
                    return 0;
                }
                catch (Exception exception)
                {
                    NativeMethods.tb_set_error($"{exception.GetType().Name} in a custom backward: {exception.Message}");
                    return 1;
                }
            }

            private void Run(Tensor gradient, Span<nint> results)
            {
                var computed = backward(context, gradient);
                if (computed.Count != isTensor.Length)
                {
                    throw new InvalidOperationException($"backward returned {computed.Count} gradients for {isTensor.Length} arguments");
                }

                var position = 0;
                for (var i = 0; i < isTensor.Length; i++)
                {
                    if (isTensor[i])
                    {
                        // The bridge takes its handle away; the managed one goes with the scope.
                        results[position++] = computed[i] is { IsInvalid: false } result ? result.alias().MoveHandle() : 0;
                    }
                    else if (computed[i] is { IsInvalid: false })
                    {
                        throw new InvalidOperationException($"backward returned a gradient for argument {i}, which is no tensor");
                    }
                }
            }
        }
    }
}
