using SpectralAdapters.Attachment;
using static TorchSharp.torch;

namespace SpectralAdapters.Files.Peft;

/// <summary>How one kind of adapter is read from a PEFT folder: the keys of its config and the names of its tensors.</summary>
internal abstract class PeftFormat
{
    /// <summary>Every kind; the first that fits is taken.</summary>
    public static IReadOnlyList<PeftFormat> All { get; } =
        [new OfficialForkFormat(), new PeftLoraFormat(), new PeftAdaLoraFormat(), new PeftOftFormat(), new PeftVeraFormat()];

    /// <summary>PEFT's name of the kind.</summary>
    public abstract string PeftType { get; }

    /// <summary>Whether the values mean something only together with given singular factors.</summary>
    public virtual bool NeedsFactors => false;

    /// <summary>Whether PEFT's config of the kind has exclude_modules.</summary>
    public virtual bool HasExclusion => true;

    /// <summary>Whether this format reads a config.</summary>
    public virtual bool Fits(PeftConfig file) => file.PeftType == PeftType;

    /// <summary>Our settings for PEFT's.</summary>
    public abstract AdapterConfig Read(PeftConfig file);

    /// <summary>The adapters' tensors under PEFT's names, as they are or as views that can be copied into.</summary>
    public virtual IEnumerable<(string Name, Tensor Tensor)> Tensors(AdapterSet set) =>
        from adapter in set.Adapters
        from parameter in adapter.Value.named_parameters()
        let own = InPeft(parameter.name, parameter.parameter)
        select ($"{AdapterTensors.ModelPrefix}{adapter.Key}.{own.Name}", own.Tensor);

    /// <summary>A layer's tensor whose first side is the rank, and the rank; null where sizes follow from the layer.</summary>
    /// <param name="config">The layer's settings.</param>
    public virtual (string Tensor, long Rank)? Ranked(AdapterConfig config) => null;

    /// <summary>Derives what the file does not hold, once <see cref="Tensors"/> have been filled.</summary>
    public virtual void Complete(AdapterSet set)
    {
    }

    /// <summary>PEFT's name of a parameter, and the parameter in PEFT's orientation.</summary>
    protected abstract (string Name, Tensor Tensor) InPeft(string name, Tensor parameter);
}
