namespace ModelZoo.Checkpoints;

/// <summary>An object of a pickle that is not a tensor, such as the arguments of a program: known by its name, and not read.</summary>
/// <param name="Name">The Python name that makes it.</param>
internal sealed record PickledObject(string Name);
