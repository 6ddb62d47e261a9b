namespace Pretrain.Deberta;

/// <summary>A point of a training loss: the mean over some steps.</summary>
/// <param name="Step">The last of the steps.</param>
/// <param name="Loss">Their mean loss.</param>
/// <param name="LearningRate">The learning rate of the last one.</param>
internal sealed record LossPoint(int Step, double Loss, double LearningRate);
