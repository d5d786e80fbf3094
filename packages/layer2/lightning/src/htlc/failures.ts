import { concatBytes } from '@ply/bytes'
import type { HtlcFailure } from '@ply/channel'
import { createFailurePacket, encodeFailure, type Failure, wrapFailurePacket } from '@ply/onion'
import type { Disposition } from './incomingHtlc.ts'

/** Fails an HTLC with a reason of our own, encrypted for the payer. */
export function failWith(sharedSecret: Uint8Array, failure: Failure): Disposition {
  return { type: 'failed', reason: createFailurePacket(sharedSecret, encodeFailure(failure)) }
}

const TEMPORARY = encodeFailure({ type: 'temporary_channel_failure', channelUpdate: new Uint8Array(0) })
const PERMANENT = encodeFailure({ type: 'permanent_channel_failure' })

const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff)

/**
 * Passes a failure from the next hop back (BOLT 4): an encrypted packet gets one more layer; what the next hop could
 * not read at all, and what the chain decided, becomes a failure of ours.
 */
export function failBack(sharedSecret: Uint8Array, failure: HtlcFailure): Disposition {
  switch (failure.type) {
    case 'reason':
      return { type: 'failed', reason: wrapFailurePacket(sharedSecret, failure.reason) }
    case 'malformed': {
      const message = concatBytes(u16(failure.failureCode), failure.sha256OfOnion)
      return { type: 'failed', reason: createFailurePacket(sharedSecret, message) }
    }
    case 'dropped':
      return { type: 'failed', reason: createFailurePacket(sharedSecret, TEMPORARY) }
    case 'on-chain':
      return { type: 'failed', reason: createFailurePacket(sharedSecret, PERMANENT) }
  }
}
