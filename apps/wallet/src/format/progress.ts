import { createProgressBar, type ProgressBar } from '@ply/runtime'
import type { Session } from '../session.ts'

/** A bar on stderr, for people at a terminal: not beside a JSON value, not in a pipe. */
export function createProgress({ io, options }: Session, title: string): ProgressBar {
  const { stderr } = io
  const terminal = {
    write: (text: string) => stderr.write(text),
    isTTY: stderr.isTTY && !options.json,
    now: () => io.now(),
  }
  return createProgressBar(terminal, title)
}
