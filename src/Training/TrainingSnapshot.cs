using TorchSharp;
using Training.Optimization;
using static TorchSharp.torch;

namespace Training;

/// <summary>A copy of the trainable parameters and the task's state at one step, such as the best one so far.</summary>
internal sealed class TrainingSnapshot : IDisposable
{
    private readonly IReadOnlyList<FlatParameterGroup> _groups;
    private readonly List<string> _stateNames;

    // The groups' buffers, then the task's state.
    private readonly List<Tensor> _current;
    private readonly List<Tensor> _copies;

    public TrainingSnapshot(IReadOnlyList<FlatParameterGroup> groups, IReadOnlyDictionary<string, Tensor> taskState, int step)
    {
        _groups = groups;
        _stateNames = [.. taskState.Keys];
        _current = [.. groups.Select(group => group.Parameters.Values), .. taskState.Values];
        _copies = [.. _current.Select(tensor => tensor.detach().clone().DetachFromDisposeScope())];
        Step = step;
    }

    /// <summary>The number of steps taken before the values were copied.</summary>
    public int Step { get; private set; }

    /// <summary>Copies the current values.</summary>
    public void Capture(int step)
    {
        Copy((snapshot, current) => snapshot.copy_(current));
        Step = step;
    }

    /// <summary>Copies the values back into the parameters and the task's state.</summary>
    public void Restore() => Copy((snapshot, current) => current.copy_(snapshot));

    /// <summary>Views of the copied parameters by name, which belong to the caller's dispose scope.</summary>
    public Dictionary<string, Tensor> Parameters() => _groups
        .SelectMany((group, i) => group.Parameters.Views(_copies[i]))
        .ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>The copied task state by name; the snapshot keeps the tensors.</summary>
    public Dictionary<string, Tensor> TaskState() => _stateNames
        .Zip(_copies.Skip(_groups.Count))
        .ToDictionary(pair => pair.First, pair => pair.Second);

    public void Dispose() => _copies.ForEach(tensor => tensor.Dispose());

    private void Copy(Action<Tensor, Tensor> copy)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        for (var i = 0; i < _copies.Count; i++)
        {
            copy(_copies[i], _current[i]);
        }
    }
}
