import type { Clock } from '@ply/ports'

interface Task {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** A clock that moves only when told to, and runs due tasks in order while it does. */
export class ManualClock implements Clock {
  #now: number
  #order = 0
  #tasks: Task[] = []

  constructor(now = 1_700_000_000_000) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  schedule(delay: number, run: () => void): () => void {
    const task = { at: this.#now + Math.max(0, delay), order: this.#order++, run }
    this.#tasks.push(task)
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== task)
    }
  }

  /** Moves `milliseconds` on, running what falls due on the way. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds
    for (;;) {
      const due = this.#tasks.filter((task) => task.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0]
      if (!due) break
      this.#tasks = this.#tasks.filter((task) => task !== due)
      this.#now = due.at
      due.run()
    }
    this.#now = end
  }
}
