using static TorchSharp.torch;

namespace SpectralAdapters.Files.Peft;

/// <summary>
/// Checkpoints of the authors' PEFT fork (llama3_tune, mistral_tune, deberta_tune): a LoRA config with a spectral flag, and A and B
/// in LoRA's containers. The singular factors that they refer to are not in the file.
/// </summary>
internal sealed class OfficialForkFormat : PeftFormat
{
    private const long SkippedByTwenty = 20;
    private static readonly string[] Flags = ["spectral_top", "spectral_twenty", "spectral_bottom"];

    public override string PeftType => "LORA";

    public override bool NeedsFactors => true;

    public override bool Fits(PeftConfig file) => base.Fits(file) && Flags.Any(flag => file.Value(flag, false));

    public override AdapterConfig Read(PeftConfig file)
    {
        PeftLoraFormat.ReadInitialization(file);
        file.Off(PeftLoraFormat.UnsupportedKeys);
        file.Off("alpha_pattern", "lora_bias", "rank_pattern", "use_dora", "use_rslora");
        file.Ignore(PeftLoraFormat.InertKeys);
        file.Ignore("lora_alpha", "lora_dropout"); // the fork's spectral forward uses neither
        var rank = file.Value<long>("r");
        var columns = Flags.Where(flag => file.Value(flag, false)).ToList() switch
        {
            ["spectral_top"] => ColumnSelection.Top(rank),
            ["spectral_twenty"] => ColumnSelection.Skip(SkippedByTwenty, rank),
            ["spectral_bottom"] => ColumnSelection.Bottom(rank),
            var several => throw file.Refused(several[1], $"false together with {several[0]}"),
        };
        return new SpectralAConfig { Columns = columns };
    }

    // The fork keeps the change of V as lora_A [r, n] and that of U as lora_B [m, r].
    protected override (string Name, Tensor Tensor) InPeft(string name, Tensor parameter) =>
        name == "B" ? ("lora_A.weight", parameter.t()) : ("lora_B.weight", parameter);
}
