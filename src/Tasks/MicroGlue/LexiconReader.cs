namespace Tasks.MicroGlue;

/// <summary>Reads the lines of the lexicon (the file's head describes them).</summary>
internal sealed class LexiconReader
{
    private const string FileName = "lexicon.txt";
    private const string NoObject = "-";

    private int _concepts;

    public List<Noun> Nouns { get; } = [];

    public List<Verb> Verbs { get; } = [];

    /// <summary>Adjectives by the kind of noun they go with.</summary>
    public Dictionary<NounKind, List<Adjective>> Adjectives { get; } = [];

    /// <summary>Words that the sentences use as they are, by their kind in the file and their class.</summary>
    public Dictionary<string, List<Adjective>> Words { get; } = [];

    /// <exception cref="DataFormatException">A line is not as the head of the file describes it.</exception>
    public void Read(string text, int line)
    {
        if (text.Length == 0 || text[0] == '#')
        {
            return;
        }

        var colon = text.IndexOf(':');
        var head = colon < 0 ? [] : text[..colon].Split(' ');
        if (head.Length != 3)
        {
            throw new DataFormatException(FileName, line, $"'{text}'", "a kind, what it is about, a class and a colon");
        }

        foreach (var entry in text[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = entry.Split('!');
            var concept = _concepts;
            _concepts += sides.Length;
            for (var side = 0; side < sides.Length; side++)
            {
                int? opposite = sides.Length == 2 ? concept + 1 - side : null;
                foreach (var word in sides[side].Split('='))
                {
                    Add(head, word.Replace('_', ' ').Split('/'), concept + side, opposite, line);
                }
            }
        }

        if (head[0] == "noun")
        {
            Add(head, head[2].Split('/'), _concepts++, opposite: null, line);
        }
    }

    private void Add(string[] head, string[] forms, int concept, int? opposite, int line)
    {
        switch (head[0])
        {
            case "noun":
                var plural = forms.Length > 1 ? forms[1] : Morphology.WithS(forms[0]);
                Nouns.Add(new Noun(forms[0], plural, ParseNounKind(head[1], line), head[2].Split('/')[0], concept));
                break;
            case "verb":
                var past = forms.Length > 1 ? forms[1] : Morphology.Past(forms[0]);
                Verbs.Add(new Verb(
                    forms[0], past, forms.Length > 2 ? forms[2] : past, [.. head[1].Split(',').Select(kind => ParseNounKind(kind, line))],
                    head[2] == NoObject ? null : ParseNounKind(head[2], line), concept, opposite));
                break;
            case "adjective":
                Append(Adjectives, ParseNounKind(head[1], line), new Adjective(forms[0], concept, opposite));
                break;
            default:
                Append(Words, $"{head[0]} {head[2]}", new Adjective(forms[0], concept, opposite));
                break;
        }
    }

    private static void Append<TKey>(Dictionary<TKey, List<Adjective>> lists, TKey key, Adjective word)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists.Add(key, list = []);
        }

        list.Add(word);
    }

    private static NounKind ParseNounKind(string text, int line) => Enum.TryParse<NounKind>(text, ignoreCase: true, out var kind)
        ? kind
        : throw new DataFormatException(FileName, line, $"the kind '{text}'", string.Join(", ", Enum.GetNames<NounKind>()));
}
