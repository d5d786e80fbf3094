import { ByteWriter } from '@ply/bytes'

const NOTHING: Uint8Array = new Uint8Array(0)

/** What has come of a body. Most come in one piece; the memory that many take is bounded by their bytes, not their number. */
export class BodyParts {
  #first = NOTHING
  #joined: ByteWriter | undefined
  #discarded = false

  add(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#discarded) return
    if (this.#first.length === 0) this.#first = bytes
    else (this.#joined ??= new ByteWriter(2 * this.#first.length).bytes(this.#first)).bytes(bytes)
  }

  /** Drops what is there and what comes. */
  discard(): void {
    this.#first = NOTHING
    this.#joined = undefined
    this.#discarded = true
  }

  join(): Uint8Array {
    return this.#joined?.view() ?? this.#first
  }
}
