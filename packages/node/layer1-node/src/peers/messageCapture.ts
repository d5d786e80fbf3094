import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { utf8ToBytes, ByteWriter } from '@ply/bytes'
import type { Clock } from '@ply/ports'

/** Bytes of a command, padded with zeros. */
const COMMAND_SIZE = 12

/** Writes every message to and from peers into files, in the form that Bitcoin Core's tools read. */
export class MessageCapture {
  readonly #folder: string
  readonly #clock: Clock

  constructor(folder: string, clock: Clock) {
    this.#folder = folder
    this.#clock = clock
  }

  /** `peer`: its `host:port`. The message is in the file when this returns. */
  record(direction: 'received' | 'sent', peer: string, { command, payload }: CapturedMessage): void {
    const folder = join(this.#folder, peer.replaceAll(':', '_'))
    mkdirSync(folder, { recursive: true })
    const name = utf8ToBytes(command)
    const bytes = new ByteWriter(8 + COMMAND_SIZE + 4 + payload.length)
      .u64(BigInt(Math.floor(this.#clock.now() * 1000)))
      .bytes(name)
      .bytes(new Uint8Array(COMMAND_SIZE - name.length))
      .u32(payload.length)
      .bytes(payload)
      .finish()
    appendFileSync(join(folder, direction === 'received' ? 'msgs_recv.dat' : 'msgs_sent.dat'), bytes)
  }
}

export interface CapturedMessage {
  readonly command: string
  readonly payload: Uint8Array
}
