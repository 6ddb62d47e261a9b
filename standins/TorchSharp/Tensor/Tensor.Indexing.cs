namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A view; each number selects within the first dimension that is left.</summary>
        public Tensor this[params TensorIndex[] indices]
        {
            get
            {
                var current = alias();
                foreach (var index in indices)
                {
                    using var outer = current;
                    current = outer.select(0, index.Number);
                }

                return current;
            }
            set
            {
                using var view = this[indices];
                view.copy_(value);
            }
        }
    }
}
