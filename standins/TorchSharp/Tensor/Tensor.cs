using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of libtorch.</summary>
    public partial class Tensor : IDisposable
    {
        private nint handle;

        internal Tensor(nint handle, bool register = true)
        {
            this.handle = handle;
            if (register)
            {
                DisposeScopeManager.ThreadSingleton.Current?.Own(this);
            }
        }

        ~Tensor() => Release();

        /// <summary>The number of tensor handles that are alive in this process.</summary>
        public static long TotalCount => NativeMethods.tb_live();

        public IntPtr Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public long[] shape
        {
            get
            {
                var sizes = new long[dim()];
                unsafe
                {
                    fixed (long* pointer = sizes)
                    {
                        NativeMethods.tb_sizes(Handle, pointer);
                    }
                }

                return sizes;
            }
        }

        public long ElementSize => NativeMethods.tb_element_size(Handle);

        public ScalarType dtype => (ScalarType)NativeMethods.tb_dtype(Handle);

        public DeviceType device_type => (DeviceType)NativeMethods.tb_device_type(Handle);

        public int device_index => NativeMethods.tb_device_index(Handle);

        public Device device => device_type == DeviceType.CPU ? new Device(DeviceType.CPU) : new Device(device_type, device_index);

        public bool requires_grad
        {
            get => NativeMethods.tb_requires_grad(Handle) != 0;
            set => NativeMethods.ThrowIf(NativeMethods.tb_set_requires_grad(Handle, value ? 1 : 0) != 0);
        }

        public bool is_leaf => NativeMethods.tb_is_leaf(Handle) != 0;

        public Tensor? grad
        {
            get
            {
                var gradient = NativeMethods.tb_grad(Handle);
                GC.KeepAlive(this);
                return gradient == 0 ? null : new Tensor(gradient);
            }
            set
            {
                NativeMethods.ThrowIf(NativeMethods.tb_set_grad(Handle, value?.Handle ?? 0) != 0);
                GC.KeepAlive(value);
                GC.KeepAlive(this);
            }
        }

        internal bool IsInvalid => handle == 0;

        internal DisposeScope? OwningDisposeScope { get; set; }

        public long numel() => NativeMethods.tb_numel(Handle);

        public long dim() => NativeMethods.tb_dim(Handle);

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public void backward() => backward(null);

        public unsafe void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            if (inputs is not null)
            {
                throw new ArgumentException("backward with inputs is not supported here; use autograd.grad", nameof(inputs));
            }

            var self = Handle;
            var gradients = grad_tensors is null ? [] : Handles(grad_tensors);
            fixed (nint* pointer = gradients)
            {
                NativeMethods.ThrowIf(NativeMethods.tb_backward(&self, 1, pointer, gradients.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0) != 0);
            }

            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(this);
        }

        /// <summary>Another handle of the same tensor.</summary>
        public Tensor alias() => new(NativeMethods.Alias(this));

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Release(this);
            return this;
        }

        public void Dispose()
        {
            OwningDisposeScope?.Release(this);
            Release();
            GC.SuppressFinalize(this);
        }

        /// <summary>Whether types, shapes and all elements are equal.</summary>
        public bool Equals(Tensor target) => target is not null && Aten.Equal.Boolean(this, target);

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => base.GetHashCode();

        public override string ToString() => $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        internal static nint[] Handles(IEnumerable<Tensor?> tensors) => [.. tensors.Select(tensor => tensor is null ? 0 : tensor.Handle)];

        /// <summary>Gives the native tensor away; this object is empty afterwards, and belongs to the scope that it was in.</summary>
        internal nint MoveHandle()
        {
            GC.SuppressFinalize(this);
            return Interlocked.Exchange(ref handle, 0);
        }

        private void Release()
        {
            var released = Interlocked.Exchange(ref handle, 0);
            if (released != 0)
            {
                NativeMethods.tb_free(released);
            }
        }
    }
}
