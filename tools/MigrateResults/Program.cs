using MigrateResults;
using Reproduction;

if (args is not [var from, var to])
{
    Console.Error.WriteLine(
        "usage: MigrateResults FROM TO: rewrites the results of DebertaGlue in the folder FROM, as older versions left them (format 1), "
        + "into the folder TO. FROM stays as it is.");
    return 1;
}

try
{
    return new Migration(from, to, Console.Out).Run();
}
catch (Exception exception) when (exception is UserErrorException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {exception.Message}");
    return 1;
}
