using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ModelZoo.Tokenizers;

namespace Pretrain.Deberta;

/// <summary>Trains a SentencePiece Unigram vocabulary in DeBERTa-v3's layout with the program spm_train.</summary>
internal static class VocabularyTraining
{
    private const string Program = "spm_train";

    /// <summary>Trains a vocabulary unless the file exists.</summary>
    /// <param name="path">The spm.model to write.</param>
    /// <param name="lines">The text.</param>
    /// <param name="size">The vocabulary size, including the [MASK] that the tokenizer adds after the pieces.</param>
    /// <param name="cancellation">Stops the training; nothing is written.</param>
    /// <exception cref="FileNotFoundException">spm_train is not installed.</exception>
    /// <exception cref="InvalidDataException">spm_train refused the text; the message contains its output.</exception>
    public static DebertaTokenizer Ensure(string path, IEnumerable<string> lines, int size, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            Train(path, lines, size - 1, cancellation);
        }

        return DebertaTokenizer.Load(path);
    }

    private static void Train(string path, IEnumerable<string> lines, int pieces, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("pretrain-vocabulary-");
        try
        {
            // The model contains these names: without a folder, it is the same on every machine.
            File.WriteAllLines(Path.Combine(folder.FullName, "text.txt"), lines, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            Run(folder.FullName,
            [
                "--input=text.txt", "--model_prefix=spm", "--model_type=unigram",
                $"--vocab_size={pieces.ToString(CultureInfo.InvariantCulture)}", "--hard_vocab_limit=false",
                "--normalization_rule_name=nmt_nfkc", "--character_coverage=0.9995", "--num_threads=1", "--minloglevel=1",
                "--pad_id=0", "--bos_id=1", "--eos_id=2", "--unk_id=3",
                "--pad_piece=[PAD]", "--bos_piece=[CLS]", "--eos_piece=[SEP]", "--unk_piece=[UNK]",
            ], cancellation);
            AtomicFile.Write(path, File.ReadAllBytes(Path.Combine(folder.FullName, "spm.model")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(string folder, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Program, arguments) { WorkingDirectory = folder, RedirectStandardError = true };
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new FileNotFoundException(
                $"found no program {Program}, expected it on the PATH: "
                + "on Debian and Ubuntu it is in the package sentencepiece (apt-get install sentencepiece)",
                Program, exception);
        }

        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        // Ctrl-C in the terminal ends the program too.
        cancellation.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            throw new InvalidDataException($"{Program} ended with exit code {process.ExitCode}: {errors.Trim()}");
        }
    }
}
