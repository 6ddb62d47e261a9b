using Reproduction;

namespace Experiments.Shared;

/// <summary>Finds the folder of a data set.</summary>
public static class DataFolder
{
    /// <summary>
    /// The folder of a data set wherever <see cref="Inputs.FindData"/> looks, or the folder given with <c>--data</c> itself where it
    /// holds one of the set's own folders.
    /// </summary>
    /// <param name="inputs">What the user gave.</param>
    /// <param name="name">The folder's name, such as <c>glue</c>.</param>
    /// <param name="parts">Folders that the data set consists of.</param>
    /// <param name="howToGet">The command that fetches what is needed into a folder.</param>
    /// <exception cref="UserErrorException">It is nowhere; the message names the places and the command.</exception>
    public static string Find(Inputs inputs, string name, IReadOnlyList<string> parts, Func<string, string> howToGet) =>
        inputs.FindData(name)
        ?? (inputs.Data is { } given && parts.Any(part => Directory.Exists(Path.Combine(given, part))) ? given : null)
        ?? throw new UserErrorException(
            $"No {name} data: looked for {string.Join(", ", inputs.DataPlaces(name))}. Expected a folder with {string.Join(", ", parts)} "
            + $"in it, to be named with --data. Get it with: {howToGet(inputs.DataPlaces(name)[^1])}");

    /// <summary>Refuses <c>--data</c> where data are generated.</summary>
    /// <exception cref="UserErrorException">It is given.</exception>
    public static void RefuseUnused(string profile, Inputs inputs)
    {
        if (inputs.Data is { } given)
        {
            throw new UserErrorException($"--data {given}: has no effect at profile {profile}: its tasks are generated.");
        }
    }
}
