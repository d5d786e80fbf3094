import { CommanderError } from 'commander'
import { CliError, EXIT, type ExitCode } from './exitCode.ts'
import type { Io } from './io.ts'
import { createProgram } from './program.ts'

/** Commander's codes for having shown help or the version. */
const SHOWN = new Set(['commander.helpDisplayed', 'commander.help', 'commander.version'])

const named = (error: unknown, name: string): error is Error => error instanceof Error && error.name === name

/** One line on stderr, and the exit code for what went wrong. */
function report(io: Io, error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    // Commander wrote its own line already; `ply` alone shows its help, which is no mistake to be quiet about.
    return SHOWN.has(error.code) && error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
  const message = error instanceof Error ? error.message : String(error)
  io.stderr.write(`error: ${message}\n`)
  if (error instanceof CliError) return error.exitCode
  // Told apart by name, so that the RPC package is not loaded before a command needs it.
  if (named(error, 'RpcConnectionError')) return EXIT.noConnection
  if (!named(error, 'RpcError') && io.env['PLY_DEBUG'] && error instanceof Error) io.stderr.write(`${error.stack}\n`)
  return EXIT.error
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
