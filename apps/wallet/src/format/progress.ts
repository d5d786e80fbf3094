import type { Io } from '../io.ts'

/** Shows how far a long task is. */
export interface Progress {
  update(done: number, total: number): void
  end(): void
}

/** Quick tasks show nothing. */
const QUIET_MS = 700
const REDRAW_MS = 100
const WIDTH = 24

/** A bar on stderr, only on a terminal, only for what takes over about a second. */
export function createProgress(io: Io, title: string): Progress {
  if (!io.stderr.isTTY) return { update: () => undefined, end: () => undefined }
  const started = io.now()
  let drawn = 0
  return {
    update(done, total) {
      const now = io.now()
      if (now - started < QUIET_MS || now - drawn < REDRAW_MS) return
      drawn = now
      const filled = total === 0 ? WIDTH : Math.min(WIDTH, Math.floor((done * WIDTH) / total))
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
      io.stderr.write(`\r\u001b[2K${title} ${bar} ${done}/${total}`)
    },
    end() {
      if (drawn > 0) io.stderr.write('\r\u001b[2K')
    },
  }
}
