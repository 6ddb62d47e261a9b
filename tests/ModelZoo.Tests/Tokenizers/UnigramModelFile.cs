using System.Text;
using Google.Protobuf;
using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>Builds the bytes of small SentencePiece models, good and bad ones (fields of sentencepiece_model.proto).</summary>
internal static class UnigramModelFile
{
    public const int Unigram = 1;

    /// <summary>The pieces that every DeBERTa-v3 vocabulary begins with.</summary>
    public static readonly IReadOnlyList<(string Text, float Score)> Special = [("[PAD]", 0), ("[CLS]", 0), ("[SEP]", 0), ("[UNK]", 0)];

    /// <summary>A Unigram model of the special pieces and these.</summary>
    public static byte[] Of(params (string Text, float Score)[] pieces) => Of(Unigram, [.. Special, .. pieces], []);

    public static byte[] Of(int modelType, IEnumerable<(string Text, float Score)> pieces, byte[] characterMap) => Message(model =>
    {
        foreach (var (text, score) in pieces)
        {
            WriteMessage(model, 1, Piece(text, score));
        }

        WriteMessage(model, 2, Options((3, modelType), (40, 3), (41, 1), (42, 2)));
        WriteMessage(model, 3, Message(normalizer => WriteMessage(normalizer, 2, characterMap)));
    });

    /// <summary>A model of the special pieces with options of the trainer and the normaliser: numbers of fields and values.</summary>
    public static byte[] WithOptions((int Field, int Value)[] trainer, (int Field, int Value)[] normalizer) => Message(model =>
    {
        foreach (var (text, score) in Special)
        {
            WriteMessage(model, 1, Piece(text, score));
        }

        WriteMessage(model, 2, Options(trainer));
        WriteMessage(model, 3, Options(normalizer));
    });

    /// <summary>A model with one piece more than the special ones, of a given type.</summary>
    public static byte[] WithPieceOfType(string text, int type) =>
        [.. WithOptions([], []), .. Message(model => WriteMessage(model, 1, [.. Piece(text, -1), .. Options((3, type))]))];

    /// <summary>The tokenizer of a model.</summary>
    public static DebertaTokenizer Load(byte[] model)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("spm.model"), model);
        return DebertaTokenizer.Load(folder.File("spm.model"));
    }

    private static byte[] Piece(string text, float score) => Message(piece =>
    {
        WriteMessage(piece, 1, Encoding.UTF8.GetBytes(text));
        piece.WriteTag(2, WireFormat.WireType.Fixed32);
        piece.WriteFloat(score);
    });

    private static byte[] Options(params (int Field, int Value)[] options) => Message(message =>
    {
        foreach (var (field, value) in options)
        {
            message.WriteTag(field, WireFormat.WireType.Varint);
            message.WriteInt32(value);
        }
    });

    private static void WriteMessage(CodedOutputStream output, int field, byte[] message)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory))
        {
            write(output);
        }

        return memory.ToArray();
    }
}
