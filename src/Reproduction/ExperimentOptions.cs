namespace Reproduction;

/// <summary>What the command line says about every trial of a run.</summary>
/// <param name="Settings">The values given with <c>--set</c>.</param>
/// <param name="Inputs">Data, weights and tokenizer.</param>
/// <param name="Device">The text given with <c>--device</c>, such as <c>cpu</c> or <c>cuda:0</c>.</param>
public sealed record ExperimentOptions(SettingValues Settings, Inputs Inputs, string Device);
