/** No check takes longer, however busy the machine is. */
const LIMIT_SECONDS = 300

/** Rejects when a check has hung for too long. */
function overdue() {
  let timer
  const promise = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(`nothing for ${LIMIT_SECONDS} seconds`)), LIMIT_SECONDS * 1000)
  })
  return { promise, cancel: () => clearTimeout(timer) }
}

/** Numbered checks, printed as they are made. */
export class Report {
  made = 0
  failed = 0

  /** Resolves with what `ask` does; where it throws, the scenario that it belongs to ends. */
  async check(what, ask) {
    const number = ++this.made
    const started = performance.now()
    const limit = overdue()
    try {
      const answer = await Promise.race([ask(), limit.promise])
      console.log(
        `${String(number).padStart(3)} ok      ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
      )
      return answer
    } catch (error) {
      this.#fail(number, what, error)
      throw error
    } finally {
      limit.cancel()
    }
  }

  /** Runs a scenario; what goes wrong between its checks counts as one that failed. Resolves with what ended it early. */
  async scenario(name, run) {
    console.log(name)
    const { failed } = this
    try {
      await run()
      return undefined
    } catch (error) {
      if (this.failed === failed) this.#fail(++this.made, `${name} from start to end`, error)
      return error
    }
  }

  #fail(number, what, error) {
    this.failed++
    console.log(`${String(number).padStart(3)} FAILED  ${what}: ${error.message}`)
  }
}

export function expect(what, holds) {
  if (!holds) throw new Error(`not so: ${what}`)
}

/** Satoshi that went to miners: a few transactions' worth. More is lost money, less is money from nowhere. */
export function expectFees(satoshi) {
  expect(`${satoshi} sat of fees are a few transactions' worth`, satoshi > 0 && satoshi < 50_000)
}
