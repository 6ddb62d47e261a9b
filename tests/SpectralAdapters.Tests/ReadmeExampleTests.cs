using SpectralAdapters.Files.Peft;
using SpectralAdapters.Tests.Golden;
using SpectralExperiments.Tests;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests;

/// <summary>The README's lines on using the library in a model of one's own, run as they stand there.</summary>
public sealed class ReadmeExampleTests
{
    [Fact]
    public void The_example_trains_saves_merges_and_exports()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (adapterFolder, loraFolder) = (folder.File("adapter"), folder.File("lora"));
        var random = new Generator(1);
        var (input, labels) = (randn([32, 16], generator: random), randint(0, 3, [32], generator: random));

        // <example>
        var model = new MyModel();                  // its layers are fields of type Module<Tensor, Tensor>
        var adapted = AdaptedModel.Attach(model, new SpectralAConfig
        {
            Columns = ColumnSelection.Top(4),       // the top 4 singular directions of every weight
            TargetModules = TargetModules.Named("hidden"),
            ModulesToSave = ["head"],
        }, new Generator(seed: 0));
        Train(model, adapted.TrainableParameters()); // your loop, with any optimiser
        adapted.Save(adapterFolder);                // settings, trained tensors, singular factors
        PeftFiles.ExportLora(adapted, loraFolder);  // the same change as a LoRA of rank 8, for Python
        adapted.Merge();                            // plain weights; Unmerge brings the base back bit for bit
        var again = new MyModel();
        AdaptedModel.Load(again, adapterFolder);
        // </example>

        GoldenCheck.Close(model.call(input), again.call(input), (1e-4, 1e-4), "outputs");
        Assert.True(File.Exists(Path.Combine(loraFolder, "adapter_model.safetensors")));
        var (trained, fresh) = (Loss(again, input, labels), Loss(new MyModel(), input, labels));
        Assert.True(trained < fresh, $"{trained} is not below {fresh}");

        void Train(MyModel tuned, IReadOnlyList<TorchSharp.Modules.Parameter> parameters)
        {
            for (var step = 0; step < 20; step++)
            {
                using var stepScope = NewDisposeScope();
                nn.functional.cross_entropy(tuned.call(input), labels).backward();
                Update(parameters);
            }
        }
    }

    [Fact]
    public void The_readme_shows_the_lines_of_this_test() =>
        ReadmeExample.AssertShown(Path.Combine("tests", "SpectralAdapters.Tests", "ReadmeExampleTests.cs"), "example");

    private static double Loss(MyModel model, Tensor input, Tensor labels)
    {
        using var noGrad = no_grad();
        using var loss = nn.functional.cross_entropy(model.call(input), labels);
        return loss.item<float>();
    }

    private static void Update(IReadOnlyList<TorchSharp.Modules.Parameter> parameters)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var parameter in parameters)
        {
            parameter.sub_(parameter.grad!.mul(0.1));
            parameter.grad = null;
        }
    }

    private sealed class MyModel : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "hidden")]
        private readonly nn.Module<Tensor, Tensor> _hidden;

        [ComponentName(Name = "head")]
        private readonly nn.Module<Tensor, Tensor> _head;

        public MyModel()
            : base(nameof(MyModel))
        {
            manual_seed(5);
            _hidden = nn.Linear(16, 32);
            _head = nn.Linear(32, 3);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return _head.call(_hidden.call(input).relu()).MoveToOuterDisposeScope();
        }
    }
}
