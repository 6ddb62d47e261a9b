using Training.Data;
using static TorchSharp.torch;

namespace Training.Tests;

/// <summary>A task with nothing to evaluate on.</summary>
internal sealed class TaskWithoutHeldOutData(ToyTask task) : ITrainingTask
{
    public nn.Module Model => task.Model;

    public IReadOnlyList<ParameterGroup> ParameterGroups => task.ParameterGroups;

    public IBatchSampler Sampler => task.Sampler;

    public BatchLoss Loss(int[] examples) => task.Loss(examples);
}
