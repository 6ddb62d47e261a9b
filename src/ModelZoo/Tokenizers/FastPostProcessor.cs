using System.Text.Json;
using ModelZoo.Checkpoints;

namespace ModelZoo.Tokenizers;

/// <summary>The post-processor of tokenizer.json, which puts special tokens around texts.</summary>
internal static class FastPostProcessor
{
    /// <summary>Requires the one of BERT and DeBERTa where the file has one: [CLS] A [SEP], and B [SEP] with token type 1.</summary>
    /// <param name="json">tokenizer.json.</param>
    /// <param name="classification">The id of [CLS].</param>
    /// <param name="separator">The id of [SEP].</param>
    /// <exception cref="InvalidDataException">The file has another one.</exception>
    public static void Check(ConfigJson json, int classification, int separator)
    {
        if (json.Find("post_processor") is { } found
            && !JsonElement.DeepEquals(found, Template(classification, separator))
            && !JsonElement.DeepEquals(found, Bert(classification, separator)))
        {
            throw json.Unexpected("post_processor", $"[CLS] ({classification}) A [SEP] ({separator}) of type 0, B [SEP] of type 1");
        }
    }

    private static JsonElement Bert(int classification, int separator) => JsonSerializer.SerializeToElement(new
    {
        type = "BertProcessing", cls = new object[] { "[CLS]", classification }, sep = new object[] { "[SEP]", separator },
    });

    private static JsonElement Template(int classification, int separator)
    {
        object[] first = [Special("[CLS]", 0), Text("A", 0), Special("[SEP]", 0)];
        return JsonSerializer.SerializeToElement(new
        {
            type = "TemplateProcessing",
            single = first,
            pair = (object[])[.. first, Text("B", 1), Special("[SEP]", 1)],
            special_tokens = new Dictionary<string, object>
            {
                ["[CLS]"] = Token("[CLS]", classification), ["[SEP]"] = Token("[SEP]", separator),
            },
        });
    }

    private static object Special(string id, int type) => new { SpecialToken = new { id, type_id = type } };

    private static object Text(string id, int type) => new { Sequence = new { id, type_id = type } };

    private static object Token(string id, int number) => new { id, ids = new[] { number }, tokens = new[] { id } };
}
