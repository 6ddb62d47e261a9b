using System.Text.Json;
using SpectralExperiments.Tests;

namespace SpectralAdapters.Tests;

public sealed class ParameterCountTests
{
    private static readonly JsonElement Document =
        JsonDocument.Parse(File.ReadAllText(RepositoryPaths.Fixture("adapters", "parameter_counts.json"))).RootElement;

    public static TheoryData<string, string, long, long> Totals
    {
        get
        {
            var data = new TheoryData<string, string, long, long>();
            foreach (var model in new[] { "sd15", "deberta_v3_base", "llama3_8b", "mistral_7b" })
            {
                foreach (var total in Document.GetProperty(model).GetProperty("totals").EnumerateArray())
                {
                    data.Add(
                        model,
                        total.GetProperty("method").GetString()!,
                        total.GetProperty("rank").GetInt64(),
                        total.GetProperty("per_layer_sum").GetInt64());
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Totals))]
    public void Counts_equal_the_published_models(string model, string method, long rank, long expected)
    {
        var config = Config(method, rank);
        var layers = Document.GetProperty(model).GetProperty("layers").EnumerateArray();
        Assert.Equal(expected, layers.Sum(layer => config.ParameterCount(layer[1].GetInt64(), layer[2].GetInt64())));
    }

    private static AdapterConfig Config(string method, long rank) => method switch
    {
        "lora" => new LoraConfig { Rank = rank },
        "dora" => new DoraConfig { Rank = rank },
        "adalora" => new AdaLoraConfig { Rank = rank },
        "spectral_a_llm" => new SpectralAConfig { Columns = ColumnSelection.Top(rank) },
        "spectral_a_diffusion" => new SpectralAConfig { Columns = ColumnSelection.Top(rank), TrainSingularValues = true },
        "spectral_r" => new SpectralRConfig { Columns = ColumnSelection.Top(rank) },
        "oft_output_shared" => new OftConfig { Convention = OftConvention.OutputSide, BlockSize = null, Blocks = rank, ShareBlocks = true },
        "oft_output_separate" => new OftConfig { Convention = OftConvention.OutputSide, BlockSize = null, Blocks = rank },
        "oft_input_shared" => new OftConfig { Convention = OftConvention.InputSide, BlockSize = null, Blocks = rank, ShareBlocks = true },
        "oft_new_block_size" => new OftConfig { BlockSize = rank },
        "vera" => new VeraConfig { Rank = rank },
        "lidb" => new LidbConfig { Rank = rank },
        "svdiff" => new SvdiffConfig(),
        "orthogonal_adaptation" => new OrthogonalAdaptationConfig(),
        _ => throw new ArgumentException(method),
    };
}
