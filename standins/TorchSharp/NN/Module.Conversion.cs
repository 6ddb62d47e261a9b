using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>
            /// Moves and converts parameters with their gradients, and buffers; what holds no floating point keeps its type.
            /// A converted tensor is a new object: it takes the place of the old one in the registration and in the field or
            /// property of the component's name, and the old one is disposed.
            /// </summary>
            internal virtual void ConvertTo(Device? device, ScalarType? type)
            {
                if (type is { } given && !is_floating_point(given))
                {
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={given}");
                }

                foreach (var (_, child) in named_children())
                {
                    child.ConvertTo(device, type);
                }

                var fields = AllFields().ToDictionary(ComponentName);
                var properties = GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).ToDictionary(property => property.Name);
                foreach (var (key, parameter) in named_parameters(false).ToList())
                {
                    if (Converted(parameter, device, type) is not { } converted)
                    {
                        continue;
                    }

                    if (properties.TryGetValue(key, out var property))
                    {
                        property.SetValue(this, converted);
                        continue;
                    }

                    parameter.Dispose();
                    _internal_params[key] = converted;
                    fields.GetValueOrDefault(key)?.SetValue(this, converted);
                }

                foreach (var (key, buffer) in named_buffers(false).ToList())
                {
                    if (!Changes(buffer, device, type))
                    {
                        continue;
                    }

                    var converted = buffer.to(TypeFor(buffer, type), device ?? buffer.device, disposeAfter: true).DetachFromDisposeScope();
                    if (properties.TryGetValue(key, out var property))
                    {
                        property.SetValue(this, converted);
                        continue;
                    }

                    _internal_buffers[key] = converted;
                    fields.GetValueOrDefault(key)?.SetValue(this, converted);
                }
            }

            private static Parameter? Converted(Parameter parameter, Device? device, ScalarType? type)
            {
                using var gradient = parameter.grad;
                if (!Changes(parameter, device, type) && (gradient is null || !Changes(gradient, device, type)))
                {
                    return null;
                }

                using (no_grad())
                {
                    var target = TypeFor(parameter, type);
                    var converted = new Parameter(parameter.to(target, device ?? parameter.device), parameter.requires_grad);
                    converted.DetachFromDisposeScope();
                    if (gradient is not null)
                    {
                        using var moved = gradient.to(target, device ?? parameter.device).requires_grad_(gradient.requires_grad);
                        converted.grad = moved;
                    }

                    return converted;
                }
            }

            private static bool Changes(Tensor tensor, Device? device, ScalarType? type) =>
                (type is not null && type != tensor.dtype) ||
                (device is not null && (device.type != tensor.device_type || (device.index >= 0 && device.index != tensor.device_index && device.type != DeviceType.CPU)));

            private static ScalarType TypeFor(Tensor tensor, ScalarType? type) => type is { } given && is_floating_point(tensor.dtype) ? given : tensor.dtype;
        }
    }
}
