/** What scripts can tell from the exit status. */
export const EXIT = {
  ok: 0,
  /** The node or the wallet said no. */
  error: 1,
  /** No node could be asked. */
  noConnection: 2,
  usage: 3,
  paymentFailed: 4,
  timeout: 5,
  /** 128 and SIGINT's number, as shells do. */
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** An error for the person at the terminal: one sentence, and what the process exits with. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  constructor(message: string, exitCode: ExitCode = EXIT.error) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The command line was wrong. */
export const usageError = (message: string): CliError => new CliError(message, EXIT.usage)
