namespace TorchSharp.Utils;

/// <summary>The name of a field's component in the state dictionary, where it is not the field's own.</summary>
public class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }
}
