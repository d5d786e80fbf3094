import { isJsonObject, type Json, type JsonObject } from '@ply/rpc'
import { CliError } from '../exitCode.ts'

/** Reads the answers of a node, which may be any program: what is not as promised is an error that says so. */
export class Reply {
  readonly method: string
  readonly value: Json
  constructor(method: string, value: Json) {
    this.method = method
    this.value = value
  }

  #fail(what: string): never {
    throw new CliError(`the node's answer to ${this.method} has ${what}`)
  }

  get object(): JsonObject {
    return isJsonObject(this.value) ? this.value : this.#fail('another form than expected')
  }

  get list(): readonly Json[] {
    return Array.isArray(this.value) ? (this.value as readonly Json[]) : this.#fail('no list')
  }

  get text(): string {
    return typeof this.value === 'string' ? this.value : this.#fail('no text')
  }

  get number(): number {
    return typeof this.value === 'number' ? this.value : this.#fail('no number')
  }

  /** Whole number of any size, as a number or as digits in a text (with `msat` or `sat` behind it, as some write). */
  get integer(): bigint {
    const match = /^(-?\d{1,30})(?:m?sat)?$/.exec(String(this.value))
    return match ? BigInt(match[1]!) : this.#fail('no whole number')
  }

  has(name: string): boolean {
    const value = this.object[name]
    return value !== undefined && value !== null
  }

  get(name: string): Reply {
    return new Reply(`${this.method} (${name})`, this.object[name] ?? null)
  }

  /** A member's text, if it has one. */
  optional(name: string): string | undefined {
    const value = this.object[name]
    return value === undefined || value === null ? undefined : String(value)
  }

  get items(): Reply[] {
    return this.list.map((item) => new Reply(this.method, item))
  }
}
