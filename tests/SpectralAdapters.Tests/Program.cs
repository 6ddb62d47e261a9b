using SpectralAdapters;
using SpectralAdapters.Files;
using SpectralAdapters.Tests.Lifecycle;
using static TorchSharp.torch;

// The second process of NewProcessTests. It loads an adapter over the same small model; then it writes what the model computes, or,
// without a file to write to, changes a parameter between forward and backward.
using var model = new SmallModel();
var adapted = AdaptedModel.Load(model, args[0]);
model.eval();
using var output = model.call(AdaptedModelTests.Input());
if (args is [_, var file])
{
    SafetensorsWriter.Write(file, new Dictionary<string, Tensor> { ["output"] = output });
}
else
{
    AdaptedModelTests.Perturb(adapted, new Generator(1));
    output.sum().backward();
}
