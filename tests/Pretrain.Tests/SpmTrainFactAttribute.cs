namespace Pretrain.Tests;

/// <summary>A test that runs spm_train; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SpmTrainFactAttribute : FactAttribute
{
    public SpmTrainFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "spm_train"))))
        {
            Skip = "needs the program spm_train (Debian's package sentencepiece)";
        }
    }
}
