using System.Text;
using Google.Protobuf;
using WireType = Google.Protobuf.WireFormat.WireType;

namespace ModelZoo.Tokenizers;

/// <summary>A SentencePiece model file (sentencepiece_model.proto), as far as ids depend on it.</summary>
/// <param name="Pieces">The pieces in the order of their ids.</param>
/// <param name="Trainer">What the model says of its training.</param>
/// <param name="Normalizer">What it does to a text first.</param>
internal sealed record SentencePieceModel(
    IReadOnlyList<SentencePiece> Pieces, SentencePieceTrainer Trainer, SentencePieceNormalizer Normalizer)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <exception cref="InvalidDataException">The bytes are not a complete SentencePiece model.</exception>
    public static SentencePieceModel Parse(byte[] model)
    {
        if (model.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..])
        {
            throw new InvalidDataException(
                "found JSON, expected a SentencePiece model (tokenizer.json of Hugging Face does not replace it).");
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

    /// <summary>The ids of the pieces by their text.</summary>
    /// <exception cref="InvalidDataException">A text occurs twice.</exception>
    public Dictionary<string, int> Ids()
    {
        var ids = new Dictionary<string, int>(Pieces.Count, StringComparer.Ordinal);
        for (var id = 0; id < Pieces.Count; id++)
        {
            if (!ids.TryAdd(Pieces[id].Text, id))
            {
                throw new InvalidDataException($"piece '{Pieces[id].Text}' occurs twice, as {ids[Pieces[id].Text]} and {id}.");
            }
        }

        return ids;
    }

    /// <summary>Requires the value of an option that changes the ids.</summary>
    /// <param name="option">Its name.</param>
    /// <param name="found">Its value.</param>
    /// <param name="expected">The value that the tokenizer implements.</param>
    /// <param name="like">The model that has it.</param>
    public static void Expect(string option, bool found, bool expected, string like)
    {
        if (found != expected)
        {
            throw new InvalidDataException($"found the option {option} {found}, expected {expected} as in {like}'s file.");
        }
    }

    private static SentencePieceModel Parse(CodedInputStream model)
    {
        var pieces = new List<SentencePiece>();
        var (trainer, normalizer) = (default(SentencePieceTrainer), default(SentencePieceNormalizer));
        while (model.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    pieces.Add(ParsePiece(Typed(model, tag, WireType.LengthDelimited).ReadBytes(), pieces.Count));
                    break;
                case 2:
                    trainer = Once(trainer, ParseTrainer(Typed(model, tag, WireType.LengthDelimited).ReadBytes()), "trainer");
                    break;
                case 3:
                    normalizer = Once(normalizer, ParseNormalizer(Typed(model, tag, WireType.LengthDelimited).ReadBytes()), "normalizer");
                    break;
                default:
                    model.SkipLastField();
                    break;
            }
        }

        // The two specifications follow the pieces: without them the file ends too early, at the end of a field.
        return trainer is not null && normalizer is not null
            ? new SentencePieceModel(pieces, trainer, normalizer)
            : throw new InvalidDataException(
                $"found {pieces.Count} pieces but no {(trainer is not null ? "normalizer" : "trainer")} specification: "
                + "truncated or not a SentencePiece model.");
    }

    private static T Once<T>(T? before, T found, string name) where T : class => before is null
        ? found
        : throw new InvalidDataException($"found the {name} specification twice, expected it once.");

    private static SentencePiece ParsePiece(ByteString message, int id)
    {
        var (text, score, type) = (ByteString.Empty, 0f, SentencePieceType.Normal);
        var fields = message.CreateCodedInput();
        while (fields.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: text = Typed(fields, tag, WireType.LengthDelimited).ReadBytes(); break;
                case 2: score = Typed(fields, tag, WireType.Fixed32).ReadFloat(); break;
                case 3: type = (SentencePieceType)Typed(fields, tag, WireType.Varint).ReadInt32(); break;
                default: fields.SkipLastField(); break;
            }
        }

        if (text.IsEmpty || !float.IsFinite(score))
        {
            throw new InvalidDataException(
                $"piece {id} has a text of {text.Length} bytes and the score {score}, expected a text and a finite score.");
        }

        return new SentencePiece(Decode(text, id), score, type);
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

    private static SentencePieceTrainer ParseTrainer(ByteString message)
    {
        var trainer = new SentencePieceTrainer();
        var fields = message.CreateCodedInput();
        while (fields.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 3: trainer.ModelType = Typed(fields, tag, WireType.Varint).ReadInt32(); break;
                case 24: trainer.TreatsWhitespaceAsSuffix = Typed(fields, tag, WireType.Varint).ReadBool(); break;
                case 35: trainer.ByteFallback = Typed(fields, tag, WireType.Varint).ReadBool(); break;
                case 40: trainer.UnknownId = Typed(fields, tag, WireType.Varint).ReadInt32(); break;
                case 41: trainer.BosId = Typed(fields, tag, WireType.Varint).ReadInt32(); break;
                case 42: trainer.EosId = Typed(fields, tag, WireType.Varint).ReadInt32(); break;
                default: fields.SkipLastField(); break;
            }
        }

        return trainer;
    }

    private static SentencePieceNormalizer ParseNormalizer(ByteString message)
    {
        var normalizer = new SentencePieceNormalizer();
        var fields = message.CreateCodedInput();
        while (fields.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 2: normalizer.CharacterMap = Typed(fields, tag, WireType.LengthDelimited).ReadBytes().ToByteArray(); break;
                case 3: normalizer.AddsDummyPrefix = Typed(fields, tag, WireType.Varint).ReadBool(); break;
                case 4: normalizer.RemovesExtraWhitespaces = Typed(fields, tag, WireType.Varint).ReadBool(); break;
                case 5: normalizer.EscapesWhitespaces = Typed(fields, tag, WireType.Varint).ReadBool(); break;
                default: fields.SkipLastField(); break;
            }
        }

        return normalizer;
    }

    /// <summary>The input at a field's value, if the value has the expected type.</summary>
    private static CodedInputStream Typed(CodedInputStream input, uint tag, WireType expected) => WireFormat.GetTagWireType(tag) == expected
        ? input
        : throw new InvalidDataException(
            $"field {WireFormat.GetTagFieldNumber(tag)} has the wire type {WireFormat.GetTagWireType(tag)}, expected {expected}.");
}
