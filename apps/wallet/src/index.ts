export { run } from './run.ts'
export type { Io, Output } from './io.ts'
export { CliError, EXIT, type ExitCode } from './exitCode.ts'
