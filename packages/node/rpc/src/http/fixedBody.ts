import { ok, type Result } from '@ply/bytes'
import { BodyParts } from './bodyParts.ts'
import type { BodyReader } from './bodyReader.ts'
import type { HttpViolation } from './message.ts'

/** A body whose length is known. */
export class FixedBody implements BodyReader {
  readonly #parts = new BodyParts()
  #missing: number

  constructor(length: number) {
    this.#missing = length
  }

  get isDone(): boolean {
    return this.#missing === 0
  }

  take(bytes: Uint8Array): Result<number, HttpViolation> {
    const length = Math.min(bytes.length, this.#missing)
    this.#parts.add(bytes.subarray(0, length))
    this.#missing -= length
    return ok(length)
  }

  discard(): void {
    this.#parts.discard()
  }

  finish(): Uint8Array {
    return this.#parts.join()
  }
}
