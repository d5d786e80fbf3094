import { type JsonOutput, stringifyJson } from '@ply/rpc'
import type { Io } from './io.ts'
import type { GlobalOptions } from './options.ts'
import { createStyle, type Style } from './format/style.ts'

/** One run of a command. */
export interface Session {
  readonly io: Io
  readonly options: GlobalOptions
  readonly style: Style
}

export function createSession(io: Io, options: GlobalOptions): Session {
  return { io, options, style: createStyle(io.stdout, io.env) }
}

/** Prints a command's result: one JSON value with `--json`, else the lines for people. */
export function printResult({ io, options }: Session, json: JsonOutput, lines: () => readonly string[]): void {
  if (options.json) io.stdout.write(stringifyJson(json, 2) + '\n')
  else for (const line of lines()) io.stdout.write(line + '\n')
}

/** A remark beside the result, on stderr. */
export function printNote({ io }: Session, text: string): void {
  io.stderr.write(`${text}\n`)
}

/** True if a person can be asked. */
export const isInteractive = ({ io, options }: Session): boolean =>
  !options.json && io.stdin.isTTY === true && io.stderr.isTTY
