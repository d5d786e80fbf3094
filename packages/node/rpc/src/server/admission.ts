/** Counts the calls that are answered, so that there are never more than a few. */
export class Admission {
  readonly #limit: number
  #running = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Runs `task`, which does not throw at once, or returns undefined where too many run already. */
  run<T>(task: () => T | Promise<T>): T | Promise<T> | undefined {
    if (this.#running >= this.#limit) return undefined
    this.#running++
    const result = task()
    if (result instanceof Promise) return result.finally(() => this.#running--)
    this.#running--
    return result
  }
}
