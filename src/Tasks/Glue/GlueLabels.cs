using System.Globalization;

namespace Tasks.Glue;

/// <summary>Turns the labels of GLUE files into class indices and scores.</summary>
internal static class GlueLabels
{
    private const float LargestScore = 5;

    /// <exception cref="DataFormatException">The label is none of the task's.</exception>
    public static float Parse(GlueTask task, string text, string path, int line)
    {
        if (task.IsRegression)
        {
            return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score)
                   && score is >= 0 and <= LargestScore
                ? score
                : throw new DataFormatException(path, line, $"the score '{text}'", "a number from 0 to 5");
        }

        for (var i = 0; i < task.Labels.Count; i++)
        {
            if (task.Labels[i] == text)
            {
                return i;
            }
        }

        throw new DataFormatException(path, line, $"the label '{text}'", $"one of {string.Join(", ", task.Labels)}{Reason(task, text)}");
    }

    private static string Reason(GlueTask task, string label) =>
        IsNumber(label) && !task.Labels.Any(IsNumber)
            ? " by name: data sets number the classes in different orders, so a number does not say which one is meant"
            : "";

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
