using SpectralExperiments.Tests;

namespace Pretrain.Tests;

public sealed class DebertaMiniCommandTests
{
    [Fact]
    public void The_command_on_the_card_of_the_committed_model_is_accepted()
    {
        const string Program = "dotnet run -c Release --project tools/Pretrain -- deberta-mini ";
        var card = File.ReadAllLines(Path.Combine(RepositoryPaths.Root, "data", "zoo", "deberta-mini", "card.md"));
        var line = card.Single(line => line.Trim().StartsWith(Program, StringComparison.Ordinal)).Trim();

        Assert.Empty(DebertaMiniCommand.Create().Parse(line[Program.Length..]).Errors);
    }
}
