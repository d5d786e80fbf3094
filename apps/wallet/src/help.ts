import type { Command } from 'commander'
import type { Session } from './session.ts'

/** Runs a command with its session; modules are loaded when their command runs, so that the start stays quick. */
export type Run = (command: Command, task: (session: Session) => Promise<void>) => Promise<void>

/** The lines under `Examples:` in a command's help. */
export const examples = (...lines: readonly string[]): string =>
  ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n')
