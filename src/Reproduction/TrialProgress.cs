namespace Reproduction;

/// <summary>How far a running trial is.</summary>
/// <param name="Done">Steps done.</param>
/// <param name="Total">Steps in all.</param>
/// <param name="Message">What is going on, such as <c>loss 0.41</c>; may be empty.</param>
public sealed record TrialProgress(long Done, long Total, string Message = "");
