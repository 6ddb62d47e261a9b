using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Moves and converts parameters and buffers; a buffer that holds no floating point keeps its type.</summary>
            internal void ConvertTo(Device? device, ScalarType? type)
            {
                foreach (var (_, child) in named_children())
                {
                    child.ConvertTo(device, type);
                }

                foreach (var (key, parameter) in ownParameters.ToList())
                {
                    if (Converted(parameter, device, type) is { } converted)
                    {
                        var replacement = new Parameter(converted, parameter.requires_grad).DetachFromDisposeScope();
                        ownParameters[key] = (Parameter)replacement;
                        ReplaceField(parameter, replacement);
                        parameter.Dispose();
                    }
                }

                foreach (var (key, buffer) in ownBuffers.ToList())
                {
                    if (Converted(buffer, device, type) is { } converted)
                    {
                        ownBuffers[key] = converted.DetachFromDisposeScope();
                        ReplaceField(buffer, converted);
                        buffer.Dispose();
                    }
                }
            }

            private static Tensor? Converted(Tensor tensor, Device? device, ScalarType? type)
            {
                var targetType = type is not null && tensor.is_floating_point() ? type.Value : tensor.dtype;
                var targetDevice = device ?? tensor.device;
                if (targetType == tensor.dtype && targetDevice.Equals(tensor.device))
                {
                    return null;
                }

                using (no_grad())
                {
                    return tensor.to(targetType, targetDevice);
                }
            }

            private void ReplaceField(Tensor old, Tensor replacement)
            {
                foreach (var field in GetType().GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
                {
                    if (ReferenceEquals(field.GetValue(this), old))
                    {
                        field.SetValue(this, replacement);
                    }
                }
            }
        }
    }
}
