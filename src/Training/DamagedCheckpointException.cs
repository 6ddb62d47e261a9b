namespace Training;

/// <summary>A training checkpoint whose content is not what was written; another one of the same run may be good.</summary>
internal sealed class DamagedCheckpointException(string message, Exception? inner = null) : Exception(message, inner);
