namespace Tasks.Gsm8k;

/// <summary>The texts that end a response, in the order in which lm-eval cuts at them. Upper and lower case differ.</summary>
internal sealed class StopStrings
{
    private readonly string[] _strings;

    /// <param name="eosText">The text of the model's end token.</param>
    public StopStrings(string eosText) =>
        _strings = [.. new[] { "Question:", "</s>", "<|im_end|>", eosText }.Where(text => text.Length > 0).Distinct()];

    /// <summary>Whether a text contains one.</summary>
    public bool Occur(string text) => _strings.Any(stop => text.Contains(stop, StringComparison.Ordinal));

    /// <summary>Cuts a text at the first of each.</summary>
    /// <returns>The text before it, and the one that now ends it, if any does.</returns>
    public (string Text, string? StoppedBy) Cut(string text)
    {
        string? stoppedBy = null;
        foreach (var stop in _strings)
        {
            if (text.IndexOf(stop, StringComparison.Ordinal) is var at and >= 0)
            {
                (text, stoppedBy) = (text[..at], stop);
            }
        }

        return (text, stoppedBy);
    }
}
