/** Where a progress bar is drawn. */
export interface ProgressTerminal {
  write(text: string): void
  /** False for a file or a pipe: nothing is drawn there. */
  readonly isTTY: boolean
  /** Milliseconds, from any moment on. */
  now(): number
}

/** Shows how far a long task is. */
export interface ProgressBar {
  update(done: number, total: number): void
  end(): void
}

/** Quick tasks show nothing. */
const QUIET_MS = 700
const REDRAW_MS = 100
const WIDTH = 24
const CLEAR_LINE = '\r\u001b[2K'

/** A bar in the last line of a terminal, for what takes over about a second. */
export function createProgressBar(terminal: ProgressTerminal, title: string): ProgressBar {
  if (!terminal.isTTY) return { update: () => undefined, end: () => undefined }
  const started = terminal.now()
  let drawn: number | undefined
  return {
    update(done, total) {
      const now = terminal.now()
      if (now - started < QUIET_MS || now - (drawn ?? -REDRAW_MS) < REDRAW_MS) return
      drawn = now
      const filled = total === 0 ? WIDTH : Math.min(WIDTH, Math.floor((done * WIDTH) / total))
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
      terminal.write(`${CLEAR_LINE}${title} ${bar} ${done}/${total}`)
    },
    end() {
      if (drawn !== undefined) terminal.write(CLEAR_LINE)
      drawn = undefined
    },
  }
}
