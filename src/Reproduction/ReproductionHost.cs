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
        return Run(args, experiment, HostEnvironment.OfProcess(args), interruption.Token);

        // The first signal lets the running trial write a checkpoint; a second one ends the program at once.
        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = !interruption.IsCancellationRequested;
            interruption.Cancel();
        }
    }

    internal static int Run(string[] args, Experiment experiment, HostEnvironment environment, CancellationToken cancellation)
    {
        var command = new CommandLine(experiment).Build(
            args, (verb, options) => Execute(verb, options, experiment, environment, cancellation));
        return command.Parse(args).Invoke(new InvocationConfiguration
        {
            Output = environment.Output,
            Error = environment.Output,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static int Execute(
        Verb verb, HostOptions options, Experiment experiment, HostEnvironment environment, CancellationToken cancellation)
    {
        try
        {
            var session = new HostSession(experiment, options, environment);
            return verb switch
            {
                Verb.Run when options.Worker => new WorkerLoop(session).Run(cancellation),
                Verb.Run when options.Trial is { } key => RunOne(session, key, cancellation),
                Verb.Run => new RunVerb(session).Run(cancellation),
                Verb.List => new ListVerb(session).Run(),
                Verb.Plan => new PlanVerb(session).Run(),
                Verb.Figures => new FiguresVerb(session).Run(session.Results(), changed: false),
                Verb.Report when options.Publish => new PublishVerb(session).Run(),
                Verb.Report when options.Replace => throw new UserErrorException("--replace: has no effect without --publish."),
                Verb.Report => new ReportVerb(session).Run(session.Results()),
                _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, null),
            };
        }
        catch (UserErrorException exception)
        {
            environment.Console.WriteLine($"error: {exception.Message}");
            return Failure;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A full disk, mostly. Every file is written whole or not at all.
            environment.Console.WriteLine($"error: {exception.Message} Completed results are kept. {options.HowToResume}");
            return Failure;
        }
    }

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
