import { assert, utf8ToBytes } from '@ply/bytes'
import { MAX_USER_AGENT_LENGTH } from '../protocol.ts'
import type { Codec } from './codec.ts'
import { type Endpoint, readEndpoint, writeEndpoint } from './netAddress.ts'
import { printable } from './printable.ts'

export interface Version {
  readonly version: number
  readonly services: bigint
  /** Seconds since the Unix epoch. */
  readonly time: bigint
  /** Whom the sender believes to talk to. */
  readonly receiver: Endpoint
  readonly sender: Endpoint
  /** Random; the sender knows it again if it reached itself. */
  readonly nonce: bigint
  /** BIP 14, like `/Ply:0.1.0/`; what could do harm where it is shown is left out when reading. */
  readonly userAgent: string
  readonly startHeight: number
  /** BIP 37: false if the sender wants no transaction announced. */
  readonly relay: boolean
}

const NOWHERE: Endpoint = { services: 0n, ip: new Uint8Array(16), port: 0 }

/** The first message of a connection. Everything behind `receiver` came later and may be missing. */
export const version: Codec<Version> = {
  read(reader) {
    const head = { version: reader.i32(), services: reader.u64(), time: reader.i64(), receiver: readEndpoint(reader) }
    const hasSender = reader.remaining > 0
    const sender = hasSender ? readEndpoint(reader) : NOWHERE
    const nonce = hasSender ? reader.u64() : 1n
    const userAgent = reader.remaining > 0 ? printable(reader.varBytes(MAX_USER_AGENT_LENGTH)) : ''
    const startHeight = reader.remaining > 0 ? reader.i32() : -1
    const relay = reader.remaining > 0 ? reader.u8() !== 0 : true
    return { ...head, sender, nonce, userAgent, startHeight, relay }
  },
  write(writer, body) {
    const userAgent = utf8ToBytes(body.userAgent)
    assert(userAgent.length <= MAX_USER_AGENT_LENGTH, 'user agent too long')
    writer.i32(body.version).u64(body.services).i64(body.time)
    writeEndpoint(writer, body.receiver)
    writeEndpoint(writer, body.sender)
    writer.u64(body.nonce).varBytes(userAgent).i32(body.startHeight)
    writer.u8(body.relay ? 1 : 0)
  },
}
