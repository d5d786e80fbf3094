import { assert, concatBytes, err, ok, type Result } from '@ply/bytes'
import { ByteQueue } from './byteQueue.ts'
import { CipherState } from './cipherState.ts'
import type { TransportViolation } from './violation.ts'

const TAG_SIZE = 16
const LENGTH_SIZE = 2
const MAX_MESSAGE_SIZE = 65535

export interface SessionKeys {
  readonly sendingKey: Uint8Array
  readonly receivingKey: Uint8Array
  readonly chainingKey: Uint8Array
}

/** An established BOLT 8 session: messages in and out of an encrypted stream. */
export class CipherSession {
  readonly #sending: CipherState
  readonly #receiving: CipherState
  readonly #queue: ByteQueue
  /** Length of the message whose length was read already. */
  #awaited: number | undefined
  #violation: TransportViolation | undefined

  constructor(keys: SessionKeys, early: ByteQueue = new ByteQueue()) {
    this.#sending = new CipherState(keys.sendingKey, keys.chainingKey)
    this.#receiving = new CipherState(keys.receivingKey, keys.chainingKey)
    this.#queue = early
  }

  /** The bytes to send for one message of at most 65535 bytes. */
  encrypt(message: Uint8Array): Uint8Array {
    assert(message.length <= MAX_MESSAGE_SIZE, `message of ${message.length} bytes`)
    const length = Uint8Array.of(message.length >> 8, message.length & 0xff)
    return concatBytes(this.#sending.encrypt(length), this.#sending.encrypt(message))
  }

  /**
   * Takes bytes of the stream, in pieces of any size, and returns the messages that are complete with them.
   * Violations `message-bad-length-tag` and `message-bad-tag` end the session: every later call returns the same one.
   */
  feed(bytes: Uint8Array): Result<Uint8Array[], TransportViolation> {
    if (this.#violation) return err(this.#violation)
    this.#queue.push(bytes)
    const messages: Uint8Array[] = []
    for (;;) {
      if (this.#awaited === undefined) {
        const header = this.#queue.take(LENGTH_SIZE + TAG_SIZE)
        if (!header) return ok(messages)
        const length = this.#receiving.decrypt(header)
        if (!length) return err((this.#violation = 'message-bad-length-tag'))
        this.#awaited = length[0]! * 256 + length[1]!
      }
      const body = this.#queue.take(this.#awaited + TAG_SIZE)
      if (!body) return ok(messages)
      const message = this.#receiving.decrypt(body)
      if (!message) return err((this.#violation = 'message-bad-tag'))
      this.#awaited = undefined
      messages.push(message)
    }
  }
}
