namespace Training.Optimization;

/// <summary>The learning-rate schedules of Hugging Face's <c>get_scheduler</c> that the paper's runs use, and cosine.</summary>
public enum ScheduleType
{
    /// <summary>Warm-up from 0, then linearly to 0 at the end.</summary>
    Linear,

    /// <summary>The full rate from the first step.</summary>
    Constant,

    /// <summary>Warm-up from 0, then the full rate.</summary>
    ConstantWithWarmup,

    /// <summary>Warm-up from 0, then half a cosine to 0 at the end.</summary>
    Cosine,
}
