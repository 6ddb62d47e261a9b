using System.CommandLine;
using System.Runtime.InteropServices;
using Reproduction.Hosting;
using Reproduction.Hosting.Display;
using Reproduction.Hosting.Execution;
using Reproduction.Hosting.Verbs;
using Spectre.Console;

namespace Reproduction;

/// <summary>The program around an experiment: its command line, and what the verbs do.</summary>
public static class ReproductionHost
{
    private const int Failure = 1;

    /// <summary>Runs the command line of an experiment's program.</summary>
    /// <param name="args">The arguments of the program.</param>
    /// <param name="experiment">The experiment.</param>
    /// <returns>0 if every selected trial succeeded, 130 when interrupted, else 1.</returns>
    public static int Run(string[] args, Experiment experiment)
    {
        using var interruption = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Interrupt);
        var environment = HostEnvironment.OfProcess(args);
        var code = Run(args, experiment, environment, interruption.Token);
        if (code != 0 || environment.OutputProblem() is not { } problem)
        {
            return code;
        }

        environment.Error($"standard output cannot be written: {problem}");
        return Failure;

        // The first signal lets the running trial write a checkpoint; a second one ends the program at once.
        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = !interruption.IsCancellationRequested;
            interruption.Cancel();
        }
    }

    internal static int Run(string[] args, Experiment experiment, HostEnvironment environment, CancellationToken cancellation)
    {
        var resume = "";
        try
        {
            var parsed = new CommandLine(experiment).Parse(args, (verb, options) =>
            {
                resume = verb == Verb.Run ? $" Completed results are kept. {options.HowToResume}" : "";
                return Execute(verb, new HostSession(experiment, options, environment), cancellation);
            });
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = environment.Output,
                Error = environment.Errors,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (UserErrorException exception)
        {
            environment.Error(exception.Message);
            return Failure;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A full disk, mostly. Every file is written whole or not at all.
            environment.Error($"{exception.Message}{resume}");
            return Failure;
        }
    }

    private static int Execute(Verb verb, HostSession session, CancellationToken cancellation) => verb switch
    {
        Verb.Run when session.Options.Worker => new WorkerLoop(session).Run(cancellation),
        Verb.Run when session.Options.Trial is { } key => RunOne(session, key, cancellation),
        Verb.Run => new RunVerb(session).Run(cancellation),
        Verb.List => new ListVerb(session).Run(),
        Verb.Plan => new PlanVerb(session).Run(),
        Verb.Figures => new FiguresVerb(session).Run(session.Results(), changed: false),
        Verb.Report when session.Options.Publish => new PublishVerb(session).Run(),
        Verb.Report when session.Options.Replace => throw new UserErrorException("--replace: has no effect without --publish."),
        Verb.Report when session.Options.Filter.Count > 0 => new ReportVerb(session).ShowFiltered(),
        Verb.Report => new ReportVerb(session).Run(session.Results()),
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, null),
    };

    // A task of a job array: the launcher sees how it ended by its record.
    private static int RunOne(HostSession session, string key, CancellationToken cancellation)
    {
        var planned = session.Planned.FirstOrDefault(candidate => candidate.Trial.Key == key)
            ?? throw new UserErrorException($"--trial {key}: there is no such trial.");
        try
        {
            return new TrialRunner(session).Run(session.WithInputs(planned), new ProgressTo(_ => { }), cancellation).Succeeded
                ? 0
                : Failure;
        }
        catch (OperationCanceledException)
        {
            return RunVerb.Interrupted;
        }
    }
}
