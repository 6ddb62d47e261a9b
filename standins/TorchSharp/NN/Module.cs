using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Base of all modules.</summary>
        public partial class Module : IDisposable
        {
            private readonly OrderedDictionary<string, Module> _internal_submodules = [];
            private readonly OrderedDictionary<string, Tensor> _internal_buffers = [];
            private readonly OrderedDictionary<string, Parameter> _internal_params = [];
            private readonly string name;
            private bool _areComponentsRegistered;
            private bool disposed;

            protected Module(string name) => this.name = name;

            public virtual bool training { get; private set; } = true;

            public virtual string GetName() => name;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, child) in named_children())
                {
                    child.train(train);
                }
            }

            public virtual void eval() => train(false);

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    using var gradient = parameter.grad;
                    if (gradient is null)
                    {
                        continue;
                    }

                    if (set_to_none)
                    {
                        parameter.grad = null;
                    }
                    else
                    {
                        gradient.zero_();
                    }
                }
            }

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                return Walk(recurse, module => module._internal_params.Select(pair => (pair.Key, pair.Value)))
                    .Where(pair => !pair.Item2.IsInvalid && seen.Add(pair.Item2));
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(pair => pair.parameter);

            /// <summary>Persistent buffers only, whatever <paramref name="include_nonpersistent"/> says, here as in TorchSharp.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                return Walk(recurse, module => module._internal_buffers.Select(pair => (pair.Key, pair.Value)))
                    .Where(pair => !pair.Item2.IsInvalid && seen.Add(pair.Item2));
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(pair => pair.buffer);

            public virtual IEnumerable<(string name, Module module)> named_children() => _internal_submodules.Select(pair => (pair.Key, pair.Value));

            /// <summary>All modules below this one, with their paths; not this one itself.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (childName, child) in _internal_submodules)
                {
                    yield return (childName, child);
                }

                foreach (var (childName, child) in _internal_submodules)
                {
                    foreach (var (descendantName, descendant) in child.named_modules())
                    {
                        yield return ($"{childName}.{descendantName}", descendant);
                    }
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(pair => pair.module);

            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                foreach (var (key, parameter) in named_parameters())
                {
                    destination.TryAdd(Join(prefix, key), parameter);
                }

                foreach (var (key, buffer) in named_buffers())
                {
                    destination.TryAdd(Join(prefix, key), buffer);
                }

                return destination;
            }

            public virtual Parameter? get_parameter(string target) => named_parameters().FirstOrDefault(pair => pair.name == target).parameter;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || disposed)
                {
                    return;
                }

                disposed = true;
                foreach (var tensor in named_buffers(false).Select(pair => pair.buffer).Concat(parameters(false)).ToList())
                {
                    tensor.DetachFromDisposeScope().Dispose();
                }

                foreach (var child in modules().ToList())
                {
                    child.Dispose();
                }
            }

            private static string Join(string? prefix, string key) => string.IsNullOrEmpty(prefix) ? key : $"{prefix}.{key}";

            private IEnumerable<(string, T)> Walk<T>(bool recurse, Func<Module, IEnumerable<(string, T)>> own)
                where T : Tensor
            {
                foreach (var (key, tensor) in own(this))
                {
                    yield return (key, tensor);
                }

                if (!recurse)
                {
                    yield break;
                }

                foreach (var (childName, child) in _internal_submodules)
                {
                    foreach (var (key, tensor) in child.Walk(true, own))
                    {
                        yield return ($"{childName}.{key}", tensor);
                    }
                }
            }
        }
    }
}
