using SpectralAdapters;
using SpectralAdapters.Checkpoints;
using SpectralAdapters.Tests.Lifecycle;
using static TorchSharp.torch;

// The second process of NewProcessTests: loads an adapter over the same small model and writes what it computes.
using var model = new SmallModel();
AdaptedModel.Load(model, args[0]);
model.eval();
using var output = model.call(AdaptedModelTests.Input());
SafetensorsWriter.Write(args[1], new Dictionary<string, Tensor> { ["output"] = output });
