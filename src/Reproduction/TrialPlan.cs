namespace Reproduction;

/// <summary>What a trial will cost, computed from shapes alone.</summary>
/// <param name="AdapterParameters">Trainable parameters of the adapter.</param>
/// <param name="HeadParameters">Trainable parameters outside the adapter, such as a classifier.</param>
/// <param name="TotalParameters">All parameters, frozen and trainable, the adapter included.</param>
/// <param name="MemoryBytes">Estimated peak memory of a training step in bytes.</param>
/// <param name="Flops">Estimated floating-point operations of the whole trial.</param>
public sealed record TrialPlan(
    long AdapterParameters, long HeadParameters, long TotalParameters, long MemoryBytes, double Flops)
{
    /// <summary>Trainable parameters in percent of all parameters, as PEFT libraries print them.</summary>
    public double TrainableShare => 100.0 * (AdapterParameters + HeadParameters) / TotalParameters;
}
