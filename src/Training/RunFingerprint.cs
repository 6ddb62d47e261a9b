using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TorchSharp.Modules;
using Training.Data;
using static TorchSharp.torch;

namespace Training;

/// <summary>What decides a run beside its settings and parameters, as a checkpoint compares it.</summary>
internal static class RunFingerprint
{
    /// <summary>The batches of an epoch, dropout, and the task's own <see cref="ITrainingTask.Fingerprint"/>, by name.</summary>
    /// <param name="task">The task.</param>
    /// <param name="epoch">The epoch whose batches are to come, counted from 0.</param>
    public static IReadOnlyDictionary<string, string> Of(ITrainingTask task, int epoch)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [FormattableString.Invariant($"batches of epoch {epoch}")] = Batches(task.Sampler, epoch),
        };
        foreach (var (name, module) in task.Model.named_modules())
        {
            if (Dropout(module) is { } probability)
            {
                all.Add($"dropout of '{name}'", probability.ToString("R", CultureInfo.InvariantCulture));
            }
        }

        foreach (var (name, value) in task.Fingerprint)
        {
            all.Add($"the task's {name}", value);
        }

        return all;
    }

    private static string Batches(IBatchSampler sampler, int epoch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var batch in sampler.Epoch(epoch))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Join(',', batch) + ";"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static double? Dropout(nn.Module module) => module switch
    {
        Dropout dropout => dropout.p,
        Dropout1d dropout => dropout.p,
        Dropout2d dropout => dropout.p,
        Dropout3d dropout => dropout.p,
        AlphaDropout dropout => dropout.p,
        FeatureAlphaDropout dropout => dropout.p,
        _ => null,
    };
}
