import type { Clock } from '@ply/ports'

/** The machine's clock. `setmocktime` can hold its reading at one moment; delays stay real. */
export class SystemClock implements Clock {
  #mocked: number | undefined
  readonly #waiting = new Set<Waiting>()

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
    const waiting: Waiting = { task, due: performance.now() + Math.max(0, delay), timer: undefined }
    this.#arm(waiting)
    return () => this.#disarm(waiting)
  }

  /** Lets everything that is scheduled happen `milliseconds` earlier, as `mockscheduler` asks. */
  advanceSchedule(milliseconds: number): void {
    for (const waiting of [...this.#waiting]) {
      this.#disarm(waiting)
      waiting.due -= milliseconds
      this.#arm(waiting)
    }
  }

  #arm(waiting: Waiting): void {
    this.#waiting.add(waiting)
    const delay = Math.min(Math.max(0, waiting.due - performance.now()), MAX_DELAY)
    waiting.timer = setTimeout(() => {
      this.#waiting.delete(waiting)
      waiting.task()
    }, delay)
  }

  #disarm(waiting: Waiting): void {
    this.#waiting.delete(waiting)
    clearTimeout(waiting.timer)
  }
}

/** A task and when it is due, by `performance.now()`. */
interface Waiting {
  readonly task: () => void
  due: number
  timer: NodeJS.Timeout | undefined
}

/** Longer delays overflow the timer and would fire at once. */
const MAX_DELAY = 0x7fffffff
