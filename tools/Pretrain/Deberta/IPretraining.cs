using Training;
using static TorchSharp.torch;

namespace Pretrain.Deberta;

/// <summary>A pretraining objective at work.</summary>
internal interface IPretraining : ITrainingTask
{
    /// <summary>The encoder's parameters by their Hugging Face names, as they are now; they belong to the caller's dispose scope.</summary>
    IReadOnlyDictionary<string, Tensor> Encoder();
}
