import type { SourceLocation } from './sourceLocation.ts'

/** Bytes that one place in the code may write in a window. */
const MAX_BYTES = 1 << 20
const WINDOW_SECONDS = 3600

/** What becomes of a line: it is written; it is the last one of its place that is; or it is not. */
export type LineFate = 'written' | 'last' | 'dropped'

interface Budget {
  readonly location: SourceLocation
  left: number
  dropped: number
}

const describe = ({ file, line, name }: SourceLocation): string => `${file}:${line} (${name})`

/** Keeps one place in the code from filling the disk, as a peer might make it do: Bitcoin Core's bounds and words. */
export class LogRateLimit {
  readonly #now: () => number
  #budgets = new Map<string, Budget>()
  #windowStart: number
  #suppressing = false

  /** `now`: milliseconds. */
  constructor(now: () => number) {
    this.#now = now
    this.#windowStart = now()
  }

  /** True while lines of any place are dropped. */
  get suppressing(): boolean {
    return this.#suppressing
  }

  /** What becomes of a line of `bytes` bytes. */
  take(location: SourceLocation, bytes: number): LineFate {
    const key = `${location.file}:${location.line}`
    const budget = this.#budgets.get(key) ?? { location, left: MAX_BYTES, dropped: 0 }
    this.#budgets.set(key, budget)
    const wasSuppressed = budget.dropped > 0
    if (bytes <= budget.left) {
      budget.left -= bytes
      return wasSuppressed ? 'dropped' : 'written'
    }
    budget.left = 0
    budget.dropped += bytes
    this.#suppressing = true
    return wasSuppressed ? 'dropped' : 'last'
  }

  /** What is said when lines of a place begin to be dropped. */
  describeStart(location: SourceLocation): string {
    return (
      `Excessive logging detected from ${describe(location)}: >${MAX_BYTES} bytes logged during ` +
      `the last time window of ${WINDOW_SECONDS}s. Suppressing logging to disk from this ` +
      'source location until time window resets. Console logging unaffected. Last log entry.'
    )
  }

  /** Begins a new window if it is time. What is to be said then: how much was dropped in the one that ended. */
  renew(): string[] {
    if (this.#now() - this.#windowStart < WINDOW_SECONDS * 1000) return []
    const ended = [...this.#budgets.values()]
    this.#budgets = new Map()
    this.#windowStart = this.#now()
    this.#suppressing = false
    return ended
      .filter(({ dropped }) => dropped > 0)
      .map(
        ({ location, dropped }) =>
          `Restarting logging from ${describe(location)}: ${dropped} bytes were dropped during the last ${WINDOW_SECONDS}s.`,
      )
  }
}
