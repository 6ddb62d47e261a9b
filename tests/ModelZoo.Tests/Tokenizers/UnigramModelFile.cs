using ModelZoo.Tokenizers;

namespace SpectralExperiments.Tests.ModelZoo.Tokenizers;

/// <summary>Builds the bytes of small SentencePiece models, good and bad ones.</summary>
internal static class UnigramModelFile
{
    private static readonly (string Text, float Score)[] Special = [("[PAD]", 0), ("[CLS]", 0), ("[SEP]", 0), ("[UNK]", 0)];

    /// <summary>A Unigram model of the special pieces and these.</summary>
    public static byte[] Of(params (string Text, float Score)[] pieces) => Of(modelType: 1, [.. Special, .. pieces], []);

    public static byte[] Of(int modelType, (string Text, float Score)[] pieces, byte[] characterMap)
    {
        var model = new ProtobufWriter();
        foreach (var (text, score) in pieces)
        {
            var piece = new ProtobufWriter();
            piece.WriteText(1, text);
            piece.WriteSingle(2, score);
            model.WriteBytes(1, piece.Written);
        }

        var trainer = new ProtobufWriter();
        trainer.WriteInteger(3, modelType);
        model.WriteBytes(2, trainer.Written);
        var normalizer = new ProtobufWriter();
        normalizer.WriteBytes(2, characterMap);
        model.WriteBytes(3, normalizer.Written);
        return model.Written.ToArray();
    }
}
