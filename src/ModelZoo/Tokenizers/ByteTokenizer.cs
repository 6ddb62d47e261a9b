using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace ModelZoo.Tokenizers;

/// <summary>A tokenizer whose tokens are bytes of UTF-8 text: any text can be encoded, and a character can lie in several tokens.</summary>
public abstract class ByteTokenizer : TextTokenizer
{
    private readonly IReadOnlyList<byte[]> _tokens;
    private readonly Tokenizer _library;

    /// <param name="path">The file with the vocabulary.</param>
    /// <param name="tokens">The bytes of each token.</param>
    /// <param name="specialTokens">The special tokens.</param>
    /// <param name="settings">What encoding adds and what ends a text.</param>
    /// <param name="library">Divides text without special tokens.</param>
    private protected ByteTokenizer(
        string path, IReadOnlyList<byte[]> tokens, SpecialTokenFinder specialTokens, TextTokenizerSettings settings, Tokenizer library)
        : base(path, tokens.Count, specialTokens, settings) => (_tokens, _library) = (tokens, library);

    private protected override void AppendText(List<int> ids, string text, bool recognizeSpecialTokens) =>
        ids.AddRange(_library.EncodeToIds(text));

    private protected sealed override string DecodeText(ReadOnlySpan<int> ids)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var id in ids)
        {
            bytes.Write(_tokens[id]);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
