using Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Training;

/// <summary>A copy of the trained parameters at one step, such as the best ones so far.</summary>
internal sealed class ParameterSnapshot : IDisposable
{
    private readonly IReadOnlyList<ParameterGroup> groups;
    private readonly List<Tensor> values;

    public ParameterSnapshot(IReadOnlyList<ParameterGroup> groups, int step)
    {
        this.groups = groups;
        values = [.. groups.Select(group => group.Parameters.Values.clone().DetachFromDisposeScope())];
        Step = step;
    }

    /// <summary>How many steps had been taken when the values were copied.</summary>
    public int Step { get; private set; }

    /// <summary>Copies the present parameters.</summary>
    public void Capture(int step)
    {
        Copy((snapshot, present) => snapshot.copy_(present));
        Step = step;
    }

    /// <summary>Copies the values back into the parameters.</summary>
    public void Restore() => Copy((snapshot, present) => present.copy_(snapshot));

    /// <summary>Views of the copy by the parameters' names, which belong to the caller's dispose scope.</summary>
    public Dictionary<string, Tensor> Views() => groups
        .SelectMany((group, i) => group.Parameters.Views(values[i]))
        .ToDictionary(pair => pair.Key, pair => pair.Value);

    public void Dispose() => values.ForEach(tensor => tensor.Dispose());

    private void Copy(Action<Tensor, Tensor> copy)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < groups.Count; i++)
        {
            copy(values[i], groups[i].Parameters.Values);
        }
    }
}
