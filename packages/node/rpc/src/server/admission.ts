/** Counts the calls that are answered, so that there are never more than a few. */
export class Admission {
  readonly #limit: number
  #running = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Runs `task`, or returns undefined at once where too many run already. */
  run<T>(task: () => Promise<T>): Promise<T> | undefined {
    if (this.#running >= this.#limit) return undefined
    this.#running++
    return task().finally(() => this.#running--)
  }
}
