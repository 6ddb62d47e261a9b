using System.Text;
using Google.Protobuf;
using WireType = Google.Protobuf.WireFormat.WireType;

namespace ModelZoo.Tokenizers;

/// <summary>The pieces and the normalisation map of a SentencePiece Unigram model file (sentencepiece_model.proto).</summary>
internal sealed class UnigramVocabulary
{
    private const int Unigram = 1;
    private const int UserDefined = 4;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private UnigramVocabulary(IReadOnlyList<UnigramPiece> pieces, CharacterMap characterMap)
    {
        Pieces = pieces;
        CharacterMap = characterMap;
        for (var id = 0; id < pieces.Count; id++)
        {
            if (!Ids.TryAdd(pieces[id].Text, id))
            {
                throw new InvalidDataException($"piece '{pieces[id].Text}' occurs twice, as {Ids[pieces[id].Text]} and {id}.");
            }
        }
    }

    public IReadOnlyList<UnigramPiece> Pieces { get; }

    public Dictionary<string, int> Ids { get; } = [];

    public CharacterMap CharacterMap { get; }

    /// <summary>The id of a piece that the tokenizer cannot do without.</summary>
    /// <exception cref="InvalidDataException">The vocabulary has no such piece.</exception>
    public int Require(string piece) => Ids.TryGetValue(piece, out var id)
        ? id
        : throw new InvalidDataException($"found no piece '{piece}' among {Pieces.Count}, expected a DeBERTa-v3 vocabulary.");

    /// <exception cref="InvalidDataException">The bytes are not a complete Unigram model, or have unsupported options.</exception>
    public static UnigramVocabulary Parse(byte[] model)
    {
        if (model.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..])
        {
            throw new InvalidDataException(
                "found JSON, expected a SentencePiece model (tokenizer.json of Hugging Face does not replace spm.model).");
        }

        try
        {
            return Parse(new CodedInputStream(model));
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException(
                $"found {model.Length} bytes that are truncated or of another kind, expected a SentencePiece model.", exception);
        }
    }

    private static UnigramVocabulary Parse(CodedInputStream model)
    {
        var pieces = new List<UnigramPiece>();
        var (hasTrainer, characterMap) = (false, default(CharacterMap));
        while (model.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    pieces.Add(ParsePiece(Typed(model, tag, WireType.LengthDelimited).ReadBytes(), pieces.Count));
                    break;
                case 2:
                    CheckTrainerSpecification(Typed(model, tag, WireType.LengthDelimited).ReadBytes());
                    hasTrainer = true;
                    break;
                case 3:
                    characterMap = ParseNormalizerSpecification(Typed(model, tag, WireType.LengthDelimited).ReadBytes());
                    break;
                default:
                    model.SkipLastField();
                    break;
            }
        }

        // The two specifications follow the pieces: without them the file ends too early, at the end of a field.
        return hasTrainer && characterMap is not null
            ? new UnigramVocabulary(pieces, characterMap)
            : throw new InvalidDataException(
                $"found {pieces.Count} pieces but no {(hasTrainer ? "normalizer" : "trainer")} specification: "
                + "truncated or not a SentencePiece model.");
    }

    private static UnigramPiece ParsePiece(ByteString message, int id)
    {
        var (text, score, type) = (ByteString.Empty, 0f, 0);
        var fields = message.CreateCodedInput();
        while (fields.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: text = Typed(fields, tag, WireType.LengthDelimited).ReadBytes(); break;
                case 2: score = Typed(fields, tag, WireType.Fixed32).ReadFloat(); break;
                case 3: type = Typed(fields, tag, WireType.Varint).ReadInt32(); break;
                default: fields.SkipLastField(); break;
            }
        }

        if (text.IsEmpty || !float.IsFinite(score))
        {
            throw new InvalidDataException(
                $"piece {id} has a text of {text.Length} bytes and the score {score}, expected a text and a finite score.");
        }

        var piece = new UnigramPiece(Decode(text, id), score);
        return type != UserDefined
            ? piece
            : throw new InvalidDataException(
                $"piece {id} '{piece.Text}' is user-defined, expected a vocabulary without such pieces, as DeBERTa-v3's.");
    }

    private static string Decode(ByteString text, int id)
    {
        try
        {
            return StrictUtf8.GetString(text.Span);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"the text of piece {id} is not UTF-8.", exception);
        }
    }

    private static void CheckTrainerSpecification(ByteString message)
    {
        var fields = message.CreateCodedInput();
        while (fields.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 3:
                    if (Typed(fields, tag, WireType.Varint).ReadInt32() is var type and not Unigram)
                    {
                        throw new InvalidDataException($"found a SentencePiece model of type {type}, expected {Unigram} (Unigram).");
                    }

                    break;
                case 24:
                    Expect("treat_whitespace_as_suffix", Typed(fields, tag, WireType.Varint).ReadBool(), false);
                    break;
                default:
                    fields.SkipLastField();
                    break;
            }
        }
    }

    private static CharacterMap ParseNormalizerSpecification(ByteString message)
    {
        var map = ByteString.Empty;
        var fields = message.CreateCodedInput();
        while (fields.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 2: map = Typed(fields, tag, WireType.LengthDelimited).ReadBytes(); break;
                case 3: Expect("add_dummy_prefix", Typed(fields, tag, WireType.Varint).ReadBool(), true); break;
                case 4: Expect("remove_extra_whitespaces", Typed(fields, tag, WireType.Varint).ReadBool(), true); break;
                case 5: Expect("escape_whitespaces", Typed(fields, tag, WireType.Varint).ReadBool(), true); break;
                default: fields.SkipLastField(); break;
            }
        }

        return new CharacterMap(map.Span);
    }

    /// <summary>The input at a field's value, if the value has the expected type.</summary>
    private static CodedInputStream Typed(CodedInputStream input, uint tag, WireType expected) => WireFormat.GetTagWireType(tag) == expected
        ? input
        : throw new InvalidDataException(
            $"field {WireFormat.GetTagFieldNumber(tag)} has the wire type {WireFormat.GetTagWireType(tag)}, expected {expected}.");

    /// <summary>An option that changes the ids must be as in DeBERTa-v3's file.</summary>
    private static void Expect(string option, bool found, bool expected)
    {
        if (found != expected)
        {
            throw new InvalidDataException($"found the option {option} {found}, expected {expected} as in DeBERTa-v3's file.");
        }
    }
}
