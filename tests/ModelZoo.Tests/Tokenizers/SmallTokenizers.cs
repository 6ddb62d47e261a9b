using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>
/// The small vocabularies of tests/fixtures/tokenizers/decoder_tokenizers.json as the files that the tokenizers read, and the reference's
/// ids.
/// </summary>
internal static class SmallTokenizers
{
    public const string ByteLevel = "byte-level";
    public const string Llama3 = "llama3";
    public const string SentencePiece = "sentencepiece";
    public const string Stories = "stories";

    /// <summary>The number of the model type BPE.</summary>
    public const int Bpe = 2;

    /// <summary>The fixture.</summary>
    public static JsonDocument Fixture() =>
        JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("tokenizers", "decoder_tokenizers.json")));

    /// <summary>tokenizer.json of a vocabulary.</summary>
    public static JsonObject Json(string name)
    {
        using var fixture = Fixture();
        return JsonNode.Parse(fixture.RootElement.GetProperty("tokenizers").GetProperty(name).GetProperty("tokenizer").GetRawText())!
            .AsObject();
    }

    /// <summary>tokenizer_config.json with the token that ends a text.</summary>
    public static string Config(string name) => JsonSerializer.Serialize(new
    {
        eos_token = name switch
        {
            ByteLevel => "<|im_end|>", Llama3 => "<|end_of_text|>", SentencePiece => "</s>", _ => "<|end_story|>",
        },
    });

    /// <summary>A folder with tokenizer.json and tokenizer_config.json.</summary>
    public static TemporaryFolder Folder(string name, JsonObject? json = null)
    {
        var folder = new TemporaryFolder();
        folder.Write("tokenizer.json", (json ?? Json(name)).ToJsonString());
        folder.Write("tokenizer_config.json", Config(name));
        return folder;
    }

    /// <summary>The tokenizer of a tokenizer.json.</summary>
    public static TextTokenizer Load(string name, JsonObject? json = null)
    {
        using var folder = Folder(name, json);
        return TextTokenizers.Load(folder.Root);
    }

    /// <summary>The tokens of a vocabulary in the order of their ids.</summary>
    public static IReadOnlyList<string> Tokens(string name) =>
        [.. Json(name)["model"]!["vocab"]!.AsObject().OrderBy(token => (int)token.Value!).Select(token => token.Key)];

    /// <summary>The vocabulary of Llama 3's kind as a tiktoken file, without the special tokens.</summary>
    public static string Tiktoken() => string.Concat(
        Tokens(Llama3).Index().Select(token => $"{Convert.ToBase64String(ByteCharacters.Bytes(token.Item))} {token.Index}\n"));

    /// <summary>The vocabulary of SentencePiece's kind as its model file: pieces with the types of sentencepiece.</summary>
    /// <param name="change">Changes a piece.</param>
    /// <param name="trainer">Numbers of fields with values that the trainer's specification has besides.</param>
    /// <param name="normalizer">The same of the normaliser's.</param>
    public static byte[] Model(
        Func<int, (string Text, float Score, int Type), (string Text, float Score, int Type)>? change = null,
        (int Field, int Value)[]? trainer = null, (int Field, int Value)[]? normalizer = null)
    {
        const int Specials = 3;
        const int FirstMerge = Specials + 256;
        using var memory = new MemoryStream();
        foreach (var (id, text) in Tokens(SentencePiece).Index())
        {
            (string Text, float Score, int Type) piece = id < Specials ? (text, 0, id == 0 ? 2 : 3)
                : id < FirstMerge ? (text, 0, 6)
                : (text, FirstMerge - id, 1);
            var (written, score, type) = change?.Invoke(id, piece) ?? piece;
            Field(memory, 1, [.. Bytes(1, Encoding.UTF8.GetBytes(written)), .. Float(2, score), .. Varint(3, type)]);
        }

        Field(memory, 2, Options([(3, Bpe), (35, 1), .. trainer ?? []]));
        Field(memory, 3, Options([(4, 0), .. normalizer ?? []]));
        return memory.ToArray();
    }

    private static byte[] Options(IEnumerable<(int Field, int Value)> options) =>
        [.. options.SelectMany(option => Varint(option.Field, option.Value))];

    private static void Field(Stream stream, int field, byte[] message) => stream.Write(Bytes(field, message));

    private static byte[] Bytes(int field, byte[] value) => Written(output =>
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
    });

    private static byte[] Varint(int field, int value) => Written(output =>
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    });

    private static byte[] Float(int field, float value) => Written(output =>
    {
        output.WriteTag(field, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
    });

    private static byte[] Written(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory))
        {
            write(output);
        }

        return memory.ToArray();
    }
}
