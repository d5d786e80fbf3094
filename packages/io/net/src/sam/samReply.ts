/** What a router answers to one request: words, some of them `KEY=value`. */
export class SamReply {
  /** The line as it came. */
  readonly line: string
  readonly #request: string
  readonly #values: ReadonlyMap<string, string>

  constructor(request: string, line: string) {
    // The whole of this one would show our key.
    this.#request = request.startsWith('SESSION CREATE') ? 'SESSION CREATE ...' : request
    this.line = line
    this.#values = new Map(
      line.split(' ').flatMap((word) => {
        const equals = word.indexOf('=')
        return equals < 0 ? [] : [[word.slice(0, equals), word.slice(equals + 1)] as const]
      }),
    )
  }

  /** Throws where it is missing. */
  get(key: string): string {
    const value = this.#values.get(key)
    if (value === undefined) throw new Error(`Missing ${key}= in the reply to "${this.#request}"`)
    return value
  }

  get isOk(): boolean {
    return this.get('RESULT') === 'OK'
  }

  /** Throws where the result is another one than `OK`. */
  checkOk(): this {
    if (!this.isOk) throw new Error(`Reply to "${this.#request}": had a RESULT not equal to OK.`)
    return this
  }
}
