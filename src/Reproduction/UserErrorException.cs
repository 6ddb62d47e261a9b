namespace Reproduction;

/// <summary>
/// Something the user gave is wrong: an option, a file, a folder. The message names it, says what was found and what was
/// expected; the host prints it without a stack trace and does no work.
/// </summary>
public sealed class UserErrorException : Exception
{
    /// <summary>An error with its message.</summary>
    public UserErrorException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its message and cause.</summary>
    public UserErrorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
