using System.Reflection;
using SpectralAdapters.Tests.Golden;
using SpectralAdapters.Tests.Lifecycle;
using SpectralExperiments.Tests;
using static TorchSharp.torch;

namespace SpectralAdapters.Tests.Properties;

/// <summary>What is written is read again, for every option of every config: settings, and the adapters made with them.</summary>
public sealed class EveryOptionTests
{
    public static TheoryData<string> Methods => [.. AdapterRegistry.Methods.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_option_is_off_its_default_in_some_case(string method)
    {
        var standard = AdapterRegistry.Find(method).Default;
        var cases = EveryOption.Of(method);
        if (!standard.TrainsBase)
        {
            AssertVaried([standard, .. cases]);
        }

        foreach (var allocation in cases.OfType<AdaLoraConfig>().Select(config => config.Allocation).OfType<RankAllocation>())
        {
            AssertVaried([new RankAllocation { TotalSteps = 0 }, allocation]);
        }

        static void AssertVaried(IReadOnlyList<object> settings)
        {
            foreach (var option in Options(settings[0].GetType()))
            {
                var values = settings.Select(option.GetValue).ToList();
                Assert.True(values.Skip(1).Any(value => !Equals(value, values[0])), $"{option.Name} is never off its default");
                var underlying = Nullable.GetUnderlyingType(option.PropertyType);
                Assert.True(underlying is null || values.Contains(null), $"{option.Name} is never null");
                var type = underlying ?? option.PropertyType;
                if (type.IsEnum && type != typeof(ScalarType))
                {
                    Assert.Equal(Enum.GetValues(type).Cast<object>().Order(), values.Distinct().Order());
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Json_gives_every_option_back(string method)
    {
        foreach (var config in EveryOption.Of(method))
        {
            AssertEqual(config, AdapterConfig.FromJson(config.ToJson()));
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Json_gives_element_types_back(ScalarType type) =>
        Assert.Equal(type, AdapterConfig.FromJson(new LoraConfig { ParameterType = type }.ToJson()).ParameterType);

    [Theory]
    [MemberData(nameof(AdaptedModelTests.Methods), MemberType = typeof(AdaptedModelTests))]
    public void A_saved_adapter_is_loaded_with_every_option(string method)
    {
        foreach (var config in EveryOption.Of(method))
        {
            using var scope = NewDisposeScope();
            using var folder = new TemporaryFolder();
            using var model = new SmallModel();
            using var fresh = new SmallModel();
            var adapted = AdaptedModel.Attach(model, config, new Generator(3));
            AdaptedModelTests.Perturb(adapted, new Generator(4));
            model.eval();
            fresh.eval();
            var expected = model.call(AdaptedModelTests.Input());
            adapted.Save(folder.Root);
            var loaded = AdaptedModel.Load(fresh, folder.Root);
            AssertEqual(config, loaded.Config);
            Assert.Equal(adapted.CountParameters(), loaded.CountParameters());
            GoldenCheck.Same(expected, fresh.call(AdaptedModelTests.Input()), $"{config}");
        }
    }

    private static void AssertEqual(AdapterConfig expected, AdapterConfig found)
    {
        Assert.IsType(expected.GetType(), found);
        foreach (var option in Options(expected.GetType()))
        {
            Assert.Equal(option.GetValue(expected), option.GetValue(found));
        }
    }

    private static IEnumerable<PropertyInfo> Options(Type type) => type.GetProperties().Where(property => property.CanWrite);
}
