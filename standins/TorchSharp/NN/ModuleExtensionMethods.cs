namespace TorchSharp;

/// <summary>Moving and converting modules.</summary>
public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module => Converted(module, null, type);

    public static T to<T>(this T module, torch.Device device, bool non_blocking = false)
        where T : torch.nn.Module => Converted(module, device, null);

    private static T Converted<T>(T module, torch.Device? device, torch.ScalarType? type)
        where T : torch.nn.Module
    {
        module.ConvertTo(device, type);
        return module;
    }
}
