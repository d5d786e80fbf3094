/** Header fields by their names in lower case; each may have been given several times. */
export class HttpHeaders {
  readonly #fields = new Map<string, string[]>()

  add(name: string, value: string): void {
    const key = name.toLowerCase()
    const values = this.#fields.get(key)
    if (values) values.push(value)
    else this.#fields.set(key, [value])
  }

  /** The first value of the field, as Bitcoin Core reads it. */
  get(name: string): string | undefined {
    return this.#fields.get(name)?.[0]
  }

  all(name: string): readonly string[] {
    return this.#fields.get(name) ?? []
  }

  /** True if `token` stands in the list that the field is. */
  lists(name: string, token: string): boolean {
    return this.all(name).some((value) => value.split(',').some((each) => each.trim().toLowerCase() === token))
  }

  /** The first value of each field. */
  toObject(): Record<string, string> {
    return Object.fromEntries([...this.#fields].map(([name, values]) => [name, values[0]!]))
  }
}

/** What comes before the body. */
export interface RequestHead {
  readonly method: string
  /** Path and query, as they came. */
  readonly target: string
  /** The version is HTTP/1 and this. */
  readonly minorVersion: number
  readonly headers: HttpHeaders
}

export interface HttpRequest {
  readonly head: RequestHead
  readonly body: Uint8Array
}

export interface HttpReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Content-Type of the body, where there is one. */
  readonly type?: string | undefined
  readonly body?: string | Uint8Array | undefined
}

/** What a client sent that is no request of ours, and the status that tells. */
export interface HttpViolation {
  readonly status: 400 | 413
  readonly reason: string
  /** Those that were read before. */
  readonly headers?: HttpHeaders
}

export const badRequest = (reason: string): HttpViolation => ({ status: 400, reason })
export const tooLarge = (reason: string): HttpViolation => ({ status: 413, reason })
