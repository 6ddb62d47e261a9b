namespace Reproduction.Hosting;

/// <summary>What the program is asked to do.</summary>
internal enum Verb
{
    Run,
    List,
    Plan,
    Figures,
    Report,
}
