namespace Tasks.MicroGlue;

/// <summary>The words of MicroGlue with their meanings' relations.</summary>
internal sealed class Lexicon
{
    private const string ResourceName = "Tasks.MicroGlue.lexicon.txt";

    private readonly ILookup<int, Noun> _nounsByConcept;
    private readonly ILookup<int, Verb> _verbsByConcept;
    private readonly ILookup<int, Adjective> _adjectivesByConcept;
    private readonly IReadOnlyDictionary<NounKind, List<Adjective>> _adjectives;
    private readonly IReadOnlyDictionary<string, List<Adjective>> _words;

    private Lexicon(LexiconReader reader)
    {
        (Nouns, Verbs, _adjectives, _words) = (reader.Nouns, reader.Verbs, reader.Adjectives, reader.Words);
        _nounsByConcept = Nouns.ToLookup(noun => noun.Concept);
        _verbsByConcept = Verbs.ToLookup(verb => verb.Concept);
        _adjectivesByConcept = _adjectives.Values.Concat(_words.Values).SelectMany(list => list).ToLookup(word => word.Concept);
        NounsByKind = Nouns.ToLookup(noun => noun.Kind);
        Transitive = [.. Verbs.Where(verb => verb.Object is not null)];
        Intransitive = [.. Verbs.Where(verb => verb.Object is null)];
    }

    public IReadOnlyList<Noun> Nouns { get; }

    public ILookup<NounKind, Noun> NounsByKind { get; }

    public IReadOnlyList<Verb> Verbs { get; }

    public IReadOnlyList<Verb> Transitive { get; }

    public IReadOnlyList<Verb> Intransitive { get; }

    public IReadOnlyList<Adjective> Manners => _words["manner any"];

    public IReadOnlyList<Adjective> Times => _words["time any"];

    public IReadOnlyList<Adjective> Names => _words["name any"];

    /// <summary>What a film has: a plot, a script.</summary>
    public IReadOnlyList<Adjective> FilmAspects => _words["aspect film"];

    /// <summary>Words for a film.</summary>
    public IReadOnlyList<Adjective> Films => _words["aspect whole"];

    /// <summary>Judgements of a film: <see cref="Adjective.IsLeft"/> ones praise it, the others do not.</summary>
    public IReadOnlyList<Adjective> Qualities => _words["quality praise"];

    /// <summary>Reads the lexicon that this assembly carries.</summary>
    public static Lexicon Load()
    {
        using var stream = typeof(Lexicon).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"the assembly has no resource {ResourceName}");
        using var text = new StreamReader(stream);
        var reader = new LexiconReader();
        for (var line = 1; text.ReadLine() is { } content; line++)
        {
            reader.Read(content, line);
        }

        return new Lexicon(reader);
    }

    public IReadOnlyList<Adjective> AdjectivesOf(NounKind kind) => _adjectives[kind];

    public IReadOnlyList<Noun> Synonyms(Noun noun) => [.. _nounsByConcept[noun.Concept].Where(other => other != noun)];

    public IReadOnlyList<Verb> Synonyms(Verb verb) => [.. _verbsByConcept[verb.Concept].Where(other => other != verb)];

    public IReadOnlyList<Adjective> Synonyms(Adjective word) => [.. _adjectivesByConcept[word.Concept].Where(other => other != word)];

    public IReadOnlyList<Verb> Opposites(Verb verb) => verb.Opposite is { } concept ? [.. _verbsByConcept[concept]] : [];

    public IReadOnlyList<Adjective> Opposites(Adjective word) => word.Opposite is { } concept ? [.. _adjectivesByConcept[concept]] : [];

    /// <summary>Nouns of the same class with another meaning.</summary>
    public IReadOnlyList<Noun> Siblings(Noun noun) =>
        [.. Nouns.Where(other => other.Class == noun.Class && other.Concept != noun.Concept && !other.IsClass)];

    /// <summary>The noun for its class.</summary>
    public Noun Hypernym(Noun noun) => Nouns.First(other => other.IsClass && other.Class == noun.Class);
}
