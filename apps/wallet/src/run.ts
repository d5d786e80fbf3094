import { CommanderError } from 'commander'
import { CliError, EXIT, type ExitCode } from './exitCode.ts'
import type { Io } from './io.ts'
import { createProgram } from './program.ts'

/** Commander's codes for having shown help or the version. */
const SHOWN = new Set(['commander.helpDisplayed', 'commander.help', 'commander.version'])

const named = (error: unknown, name: string): error is Error => error instanceof Error && error.name === name

/** A refusal of the operating system, such as a folder that may not be written. */
const isSystemError = (error: unknown): boolean =>
  error instanceof Error && /^E[A-Z]+$/.test(String((error as NodeJS.ErrnoException).code))

/** One line on stderr, and the exit code for what went wrong. */
function report(io: Io, error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    // Commander wrote its own line already; `ply` alone shows its help, which is no mistake to be quiet about.
    return SHOWN.has(error.code) && error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof CliError) {
    io.stderr.write(`error: ${message}\n`)
    return error.exitCode
  }
  // Told apart by name, so that the RPC package is not loaded before a command needs it.
  const expected = named(error, 'RpcError') || named(error, 'RpcConnectionError') || isSystemError(error)
  io.stderr.write(expected ? `error: ${message}\n` : `error: internal error, a bug in ply: ${message}\n`)
  if (!expected && io.env['PLY_DEBUG'] && error instanceof Error) io.stderr.write(`${error.stack}\n`)
  return named(error, 'RpcConnectionError') ? EXIT.noConnection : EXIT.error
}

/** Runs one command line, program name left out, and returns the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    await createProgram(io).parseAsync(argv, { from: 'user' })
    return EXIT.ok
  } catch (error) {
    return report(io, error)
  }
}
