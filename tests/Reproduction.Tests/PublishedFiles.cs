namespace Reproduction.Tests;

/// <summary>Parts of published CSV files.</summary>
internal static class PublishedFiles
{
    public const string Header = "artefact,method,rank,task,step,metric,value,stderr,reading_error,unit,source,confidence\n";
}
