using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index(params TensorIndex[] indices)
        {
            var (view, tensors) = ApplyViews(indices);
            if (tensors is null)
            {
                return view;
            }

            var result = Aten.Index.Tensor(view, Argument.OptionalTensors(tensors));
            view.Dispose();

            return result;
        }

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            var (view, tensors) = ApplyViews(indices);
            if (tensors is null)
            {
                Aten.Copy.Run(view, value, false);
            }
            else
            {
                Aten.IndexPut.Run(view, Argument.OptionalTensors(tensors), value, false);
            }

            view.Dispose();

            return this;
        }

        // Numbers, slices and new axes are views, applied one after the other; tensors are gathered for one index call.
        private (Tensor View, List<Tensor?>? Tensors) ApplyViews(TensorIndex[] indices)
        {
            var current = alias();
            List<Tensor?>? tensors = null;
            var axis = 0L;
            var consumed = indices.Count(index => index.Kind is TensorIndex.IndexKind.Single or TensorIndex.IndexKind.Slice or TensorIndex.IndexKind.Tensor);

            void Replace(Tensor next)
            {
                current.Dispose();
                current = next;
            }

            foreach (var index in indices)
            {
                switch (index.Kind)
                {
                    case TensorIndex.IndexKind.Single:
                        Replace(current.select(axis, index.Start!.Value));
                        break;
                    case TensorIndex.IndexKind.Slice:
                        Replace(Aten.Slice.Tensor(current, axis, index.Start, index.Stop, index.Step ?? 1L));
                        axis++;
                        break;
                    case TensorIndex.IndexKind.NewAxis:
                        Replace(current.unsqueeze(axis));
                        axis++;
                        break;
                    case TensorIndex.IndexKind.Ellipsis:
                        axis += ndim - consumed;
                        break;
                    default:
                        tensors ??= [];
                        while (tensors.Count < axis)
                        {
                            tensors.Add(null);
                        }

                        tensors.Add(index.Indices);
                        axis++;
                        break;
                }
            }

            return (current, tensors);
        }
    }
}
