import type { Clock } from '@ply/ports'

/** The machine's clock. `setmocktime` can hold its reading at one moment; delays stay real. */
export class SystemClock implements Clock {
  #mocked: number | undefined

  now(): number {
    return this.#mocked ?? Date.now()
  }

  /** Where `now` is held; undefined while it runs. */
  get mockTime(): number | undefined {
    return this.#mocked
  }

  /** Holds `now` at `milliseconds`, or lets it run again. */
  setMockTime(milliseconds: number | undefined): void {
    this.#mocked = milliseconds
  }

  schedule(delay: number, task: () => void): () => void {
    const timer = setTimeout(task, Math.min(Math.max(0, delay), MAX_DELAY))
    return () => clearTimeout(timer)
  }
}

/** Longer delays overflow the timer and would fire at once. */
const MAX_DELAY = 0x7fffffff
