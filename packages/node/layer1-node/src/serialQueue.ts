/** Runs tasks one after another, in the order they came: the single writer of the chain. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** Tasks not finished yet. */
  get size(): number {
    return this.#waiting
  }

  run<T>(task: () => Promise<T>): Promise<T> {
    this.#waiting++
    const result = this.#tail.then(task).finally(() => this.#waiting--)
    this.#tail = result.catch(() => undefined)
    return result
  }

  /** Resolves when everything queued so far is done. */
  async drain(): Promise<void> {
    await this.#tail
  }
}
