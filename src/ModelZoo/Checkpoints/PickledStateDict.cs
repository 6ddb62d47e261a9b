namespace ModelZoo.Checkpoints;

/// <summary>The state dict of a pickle: the pickled dictionary itself, or one inside a training checkpoint.</summary>
internal sealed class PickledStateDict
{
    private const int DeepestLevel = 4;

    // PyTorch's tutorials, Lightning, and most training programs; they come before weights of an average and the like.
    private static readonly string[] UsualKeys = ["state_dict", "model_state_dict", "model"];

    private PickledStateDict(string place) => Place = place;

    /// <summary>The keys from the root to the state dict, each followed by a dot; empty where it is the root.</summary>
    public string Place { get; }

    /// <summary>The tensors, in the order of the file.</summary>
    public OrderedDictionary<string, PickledTensor> Tensors { get; } = [];

    /// <summary>What else the file holds, by full name, with what it is.</summary>
    public OrderedDictionary<string, string> Unread { get; } = [];

    /// <summary>Finds the state dict.</summary>
    /// <exception cref="InvalidDataException">There is none, or there are several.</exception>
    public static PickledStateDict Of(object? root)
    {
        if (root is not Dictionary<object, object?> dictionary)
        {
            throw PickledValue.Unexpected(root, "a state dict");
        }

        var found = Candidates(dictionary, "", [], 0);
        return found.Count == 1
            ? found[0]
            : throw new InvalidDataException(
                found.Count == 0
                    ? $"found no tensor among {dictionary.Count} items of the pickle, expected a state dict."
                    : $"found state dicts under {string.Join(" and ", found.Take(2).Select(one => $"'{one.Place.TrimEnd('.')}'"))}, "
                        + "expected one.");
    }

    private static List<PickledStateDict> Candidates(
        Dictionary<object, object?> dictionary, string place, HashSet<Dictionary<object, object?>> seen, int level)
    {
        // A pickle can hold a dictionary in several places, and in itself.
        if (level > DeepestLevel || !seen.Add(dictionary))
        {
            return [];
        }

        var nested = dictionary
            .Where(item => item is { Key: string, Value: Dictionary<object, object?> })
            .Select(item => (
                Key: (string)item.Key,
                Found: Candidates((Dictionary<object, object?>)item.Value!, $"{place}{item.Key}.", seen, level + 1)))
            .Where(item => item.Found.Count > 0)
            .ToList();
        var usual = UsualKeys.Select(key => nested.Find(item => item.Key == key).Found).FirstOrDefault(found => found is not null);
        var candidates = usual ?? (HasTensors(dictionary) ? [Read(dictionary, place)] : [.. nested.SelectMany(item => item.Found)]);
        foreach (var candidate in candidates.Where(candidate => candidate.Place != place))
        {
            foreach (var (key, value) in dictionary)
            {
                if (!candidate.Place.StartsWith($"{place}{key}.", StringComparison.Ordinal))
                {
                    candidate.Unread[$"{place}{key}"] = PickledValue.Describe(value);
                }
            }
        }

        return candidates;
    }

    private static PickledStateDict Read(Dictionary<object, object?> dictionary, string place)
    {
        var state = new PickledStateDict(place);
        foreach (var (key, value) in dictionary)
        {
            if (key is string name && value is PickledTensor tensor)
            {
                state.Tensors.Add(name, tensor);
            }
            else
            {
                state.Unread[$"{key}"] = PickledValue.Describe(value);
            }
        }

        return state;
    }

    private static bool HasTensors(Dictionary<object, object?> dictionary) =>
        dictionary.Any(item => item is { Key: string, Value: PickledTensor });
}
