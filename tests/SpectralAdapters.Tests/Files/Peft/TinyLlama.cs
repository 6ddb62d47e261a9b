using SpectralAdapters.Files;
using SpectralExperiments.Tests;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Files.Peft;

/// <summary>
/// The base model of tests/fixtures/adapters/interchange/tiny_llama, with the module names of Hugging Face's LlamaForCausalLM.
/// </summary>
internal sealed class TinyLlama : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "model")]
    private readonly LlamaBody _model;

    [ComponentName(Name = "lm_head")]
    private readonly AdaptableLinear _lmHead;

    private TinyLlama()
        : base(nameof(TinyLlama))
    {
        _model = new LlamaBody();
        _lmHead = new AdaptableLinear(LlamaBody.Hidden, LlamaBody.Vocabulary, hasBias: false);
        RegisterComponents();
    }

    public static string Folder(string name) => RepositoryPaths.Fixture("adapters", "interchange", "tiny_llama", name);

    /// <summary>The model with the weights of the fixture.</summary>
    public static TinyLlama Load()
    {
        var llama = new TinyLlama();
        using var noGrad = no_grad();
        using var file = SafetensorsFile.Open(Path.Combine(Folder("base"), "model.safetensors"));
        foreach (var (name, parameter) in llama.named_parameters())
        {
            using var value = file.Read(name);
            parameter.copy_(value);
        }

        llama.eval();
        return llama;
    }

    /// <summary>An adapter over the model whose trainable parameters have moved from where they start.</summary>
    public static AdaptedModel Randomised(TinyLlama llama, AdapterConfig config)
    {
        using var noGrad = no_grad();
        var generator = new Generator(5);
        var adapted = AdaptedModel.Attach(llama, config, generator);
        foreach (var parameter in adapted.TrainableParameters())
        {
            parameter.add_(randn(parameter.shape, generator: generator).mul(0.1));
        }

        return adapted;
    }

    /// <summary>The fixture's tokens, [2, 9].</summary>
    public static Tensor InputIds()
    {
        using var file = SafetensorsFile.Open(Folder("inputs.safetensors"));
        return file.Read("input_ids");
    }

    /// <param name="input">Token ids, [B, T].</param>
    /// <returns>Logits, [B, T, vocabulary].</returns>
    public override Tensor forward(Tensor input) => _lmHead.call(_model.call(input));
}
