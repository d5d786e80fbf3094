interface Task {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

const isBefore = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** A clock that moves from one task to the next; tasks of the same moment run in the order they were given. */
export class EventQueue {
  #now: number
  #order = 0
  /** A binary heap. */
  readonly #tasks: Task[] = []

  constructor(now: number) {
    this.#now = now
  }

  get now(): number {
    return this.#now
  }

  /** Runs a task at a moment that is not past. */
  at(at: number, run: () => void): void {
    const task = { at: Math.max(at, this.#now), order: this.#order++, run }
    const tasks = this.#tasks
    let place = tasks.push(task) - 1
    while (place > 0) {
      const above = (place - 1) >> 1
      if (!isBefore(task, tasks[above]!)) break
      tasks[place] = tasks[above]!
      place = above
    }
    tasks[place] = task
  }

  /** Runs what falls due up to `end`; false as soon as `done` says so. */
  runUntil(end: number, done: () => boolean = () => false): void {
    while (this.#tasks.length > 0 && this.#tasks[0]!.at <= end && !done()) {
      const task = this.#take()
      this.#now = task.at
      task.run()
    }
    if (!done()) this.#now = end
  }

  #take(): Task {
    const tasks = this.#tasks
    const first = tasks[0]!
    const last = tasks.pop()!
    if (tasks.length === 0) return first
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      if (left >= tasks.length) break
      const right = left + 1
      const least = right < tasks.length && isBefore(tasks[right]!, tasks[left]!) ? right : left
      if (!isBefore(tasks[least]!, last)) break
      tasks[place] = tasks[least]!
      place = least
    }
    tasks[place] = last
    return first
  }
}
