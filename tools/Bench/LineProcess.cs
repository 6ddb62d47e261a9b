using System.Diagnostics;

namespace Bench;

/// <summary>
/// A process that greets with one line and then answers every line with one: measurements in processes of their own that take
/// turns.
/// </summary>
internal sealed class LineProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts the process and waits for its greeting.</summary>
    /// <param name="name">What messages call the process.</param>
    /// <param name="command">The program.</param>
    /// <exception cref="InvalidOperationException">The process stopped before its greeting.</exception>
    public LineProcess(string name, ProcessStartInfo command)
    {
        command.RedirectStandardInput = true;
        command.RedirectStandardOutput = true;
        (Name, _process) = (name, Process.Start(command)!);
        Greeting = Read();
    }

    public string Name { get; }

    public string Greeting { get; }

    /// <summary>This program, as a process of its own.</summary>
    public static ProcessStartInfo Own(params IReadOnlyList<string> arguments)
    {
        // Under "dotnet Bench.dll" the process is dotnet, which wants the assembly's path first.
        var program = Environment.ProcessPath!;
        string[] assembly = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(LineProcess).Assembly.Location] : [];
        return new ProcessStartInfo(program, [.. assembly, .. arguments]);
    }

    /// <summary>The other side: the greeting, then an answer to every line, until there are no more.</summary>
    public static int Serve(TextReader input, TextWriter output, string greeting, Func<string, string> answer)
    {
        Write(greeting);
        while (input.ReadLine() is { } line)
        {
            Write(answer(line));
        }

        return 0;

        void Write(string line)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    /// <exception cref="InvalidOperationException">The process stopped.</exception>
    public string Ask(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException exception)
        {
            throw Stopped(exception);
        }

        return Read();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Read() => _process.StandardOutput.ReadLine() ?? throw Stopped(null);

    private InvalidOperationException Stopped(IOException? exception) =>
        new($"the process of '{Name}' stopped; see its message above, or look for one of the system about memory", exception);
}
