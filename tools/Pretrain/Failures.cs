using Reproduction;
using Training;

namespace Pretrain;

/// <summary>Reports failures that a user can correct: a message without a stack trace.</summary>
internal static class Failures
{
    /// <summary>Runs a command.</summary>
    /// <param name="command">Returns the exit code.</param>
    /// <returns>The command's exit code; 1 if it failed.</returns>
    public static int Report(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or InvalidDataException
            or UnauthorizedAccessException or TrainingDivergedException or UserErrorException)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }
}
