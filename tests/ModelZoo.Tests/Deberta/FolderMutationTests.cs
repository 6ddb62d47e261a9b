using System.Text.Json.Nodes;
using ModelZoo.Deberta;
using ModelZoo.Tokenizers;
using SpectralAdapters.Files;
using SpectralExperiments.Tests.ModelZoo.Tokenizers;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace SpectralExperiments.Tests.ModelZoo.Deberta;

/// <summary>
/// Checkpoint folders whose files are changed together: refused by a file's name exactly where config, weights and tokenizer no longer fit
/// each other and the known model, otherwise loaded with the tensors of the file.
/// </summary>
public sealed class FolderMutationTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 16_004;
    private const string Encoder = "deberta.";

    private static readonly string[] Heads = ["pooler.", "classifier."];

    private readonly DebertaFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mutated_folders_are_refused_or_read_right() => Check(200);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutated_folders_are_refused_or_read_right() => Check(10_000);

    private void Check(int count)
    {
        var original = SafetensorsFile.ReadAll(_folder.File("model.safetensors"));
        var config = File.ReadAllText(_folder.File(DebertaFolder.ConfigFile));
        MutatedInputs.Check("model-folder", count, Seed, Case, output.WriteLine);

        MutatedCase Case(Random random)
        {
            var (tensors, json) = (new Dictionary<string, Tensor>(original), JsonNode.Parse(config)!.AsObject());
            var pieces = random.Next(20, 46);
            var isLegal = true;
            var what = new List<string>();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                Change(random, tensors, json, ref pieces, ref isLegal, what);
            }

            SafetensorsWriter.Write(_folder.File("model.safetensors"), tensors);
            File.WriteAllText(_folder.File(DebertaFolder.ConfigFile), json.ToJsonString());
            File.WriteAllBytes(_folder.File("spm.model"), UnigramModelFile.Of(
                [.. Enumerable.Range(0, pieces).Select(piece => ($"p{piece}", -1f))]));

            // With the special tokens and [MASK].
            var fits = isLegal && pieces + 5 <= DebertaModels.Tiny.VocabSize && Fits(tensors);
            return new MutatedCase($"{string.Join("; ", what)}; {pieces} pieces", [_folder.Root], () => IsRight(tensors, fits));
        }
    }

    private static void Change(
        Random random, Dictionary<string, Tensor> tensors, JsonObject json, ref int pieces, ref bool isLegal, List<string> what)
    {
        using var scope = torch.NewDisposeScope();
        var name = tensors.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(tensors.Count));
        var kind = random.Next(12);
        what.Add($"{kind} {name}");
        switch (kind)
        {
            case 0:
                tensors.Remove(name);
                break;
            case 1:
                ScalarType[] types = [ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int8, ScalarType.Int64];
                tensors[name] = tensors[name].to_type(types[random.Next(types.Length)]).DetachFromDisposeScope();
                break;
            case 2:
                var values = tensors[name].clone();
                if (values.numel() > 0 && values.is_floating_point())
                {
                    values.view(-1)[random.Next((int)values.numel())] = random.Next(2) == 0 ? double.NaN : double.PositiveInfinity;
                }

                tensors[name] = values.DetachFromDisposeScope();
                break;
            case 3:
                tensors[name] = tensors[name].unsqueeze(0).DetachFromDisposeScope();
                break;
            case 4:
                tensors["cls.predictions.bias"] = torch.zeros(3).DetachFromDisposeScope();
                break;
            case 5:
                tensors["deberta.encoder.conv.weight"] = torch.zeros(3).DetachFromDisposeScope();
                break;
            case 6:
                foreach (var head in tensors.Keys.Where(key => key.StartsWith(Heads[random.Next(2)], StringComparison.Ordinal)).ToList())
                {
                    tensors.Remove(head);
                }

                break;
            case 7:
                pieces += random.Next(-4, 5);
                break;
            case 8:
                string[] sizes = ["hidden_dropout_prob", "num_attention_heads", "layer_norm_eps", "pad_token_id", "position_buckets"];
                json[sizes[random.Next(sizes.Length)]] = 4;
                isLegal = false;
                break;
            case 9:
                json["id2label"] = new JsonObject { ["0"] = "yes", ["1"] = "no" };
                break;
            case 10:
                json[random.Next(2) == 0 ? "transformers_version" : "torch_dtype"] = "x";
                break;
            default:
                json["do_lower_case"] = true;
                json["legacy"] = random.Next(2) == 0;
                break;
        }
    }

    private static bool Fits(Dictionary<string, Tensor> tensors)
    {
        using var scope = torch.NewDisposeScope();
        var shapes = DebertaShapes.Of(DebertaModels.Tiny);
        bool IsOwn(string name) => name.StartsWith(Encoder, StringComparison.Ordinal) || Heads.Any(name.StartsWith);
        return tensors.Where(pair => IsOwn(pair.Key)).All(pair =>
                shapes.TryGetValue(pair.Key, out var shape) && shape.SequenceEqual(pair.Value.shape) && pair.Value.is_floating_point()
                && pair.Value.to_type(ScalarType.Float32).isfinite().all().item<bool>())
            && shapes.Keys.Where(name => name.StartsWith(Encoder, StringComparison.Ordinal)).All(tensors.ContainsKey)
            && Heads.All(head => tensors.Keys.Count(name => name.StartsWith(head, StringComparison.Ordinal)) is 0 or 2);
    }

    private bool IsRight(Dictionary<string, Tensor> tensors, bool fits)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(0);
        try
        {
            using var checkpoint = DebertaCheckpoint.Open(_folder.Root);
            checkpoint.RequireTokenizer(DebertaTokenizer.Load(_folder.File("spm.model")));
            checkpoint.RequireModel("tiny", _folder.Model.Config);
            checkpoint.RequireLabels("task", ["YES", "no"]);
            using var model = DebertaForSequenceClassification.Load(checkpoint, generator);
            var named = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
            return fits
                && named.All(entry => tensors.TryGetValue(entry.Key, out var tensor)
                    ? entry.Value.bytes.SequenceEqual(tensor.to_type(ScalarType.Float32).contiguous().bytes)
                    : checkpoint.New.Contains(entry.Key))
                && checkpoint.New.All(name => !tensors.ContainsKey(name))
                && checkpoint.Unused.Order().SequenceEqual(tensors.Keys.Where(name => !named.ContainsKey(name)).Order());
        }
        catch (InvalidDataException refusal) when (fits)
        {
            throw new InvalidOperationException($"refused although it fits: {refusal.Message}", refusal);
        }
    }
}
