import { unwrap } from '@ply/bytes'
import type { Htlc } from '@ply/channel'
import { sha256 } from '@ply/crypto'
import {
  checkFinalPayload,
  checkForwardPayload,
  decodeOnionPacket,
  decodePayload,
  failureCode,
  type HopPayload,
  peelOnion,
  type PayloadViolation,
} from '@ply/onion'
import type { ChannelEntry } from '../channels/channelEntry.ts'
import type { Turn } from '../turn.ts'
import { failWith } from './failures.ts'
import { receiveFinal } from './final.ts'
import { forwardHtlc } from './forward.ts'
import { type Disposition, type IncomingHtlc, htlcKey } from './incomingHtlc.ts'
import { answer, resolveIncoming } from './resolve.ts'

type BadOnionName = 'invalid_onion_version' | 'invalid_onion_hmac' | 'invalid_onion_key' | 'invalid_onion_blinding'

/** The onion cannot be answered by an encrypted failure: said in the clear (BOLT 2, update_fail_malformed_htlc). */
function malformed(onion: Uint8Array, type: BadOnionName): Disposition {
  const sha256OfOnion = sha256(onion)
  return { type: 'malformed', sha256OfOnion, failureCode: failureCode({ type, sha256OfOnion }) }
}

const badPayload = (sharedSecret: Uint8Array, { tlvType, offset }: PayloadViolation): Disposition =>
  failWith(sharedSecret, { type: 'invalid_onion_payload', tlvType, offset })

/** Route blinding is not spoken here: its records are as unknown as any. */
const blindingRecord = ({ encryptedRecipientData, currentPathKey }: HopPayload): bigint | undefined =>
  encryptedRecipientData !== undefined ? 10n : currentPathKey !== undefined ? 12n : undefined

/**
 * An HTLC of a peer is irrevocably committed (BOLT 4, Accepting and Forwarding a Payment): it is peeled and then
 * forwarded, taken as a payment to us, or failed. One that is known already, after a restart, is only answered again.
 */
export function onHtlcReceived(turn: Turn, entry: ChannelEntry, htlc: Htlc, overDustExposure: boolean): void {
  const known = turn.core.incoming.get(htlcKey(entry.wireId, htlc.id))
  if (known) {
    answer(turn, entry, known)
    return
  }
  const { id, paymentHash, amountMsat, cltvExpiry, onionRoutingPacket } = htlc
  const incoming = { channel: entry.wireId, id, paymentHash, amountMsat, cltvExpiry }
  const settle = (sharedSecret: Uint8Array | undefined, disposition: Disposition): void => {
    resolveIncoming(turn, entry, { ...incoming, sharedSecret, disposition })
  }

  if (htlc.pathKey) {
    settle(undefined, malformed(onionRoutingPacket, 'invalid_onion_blinding'))
    return
  }
  const packet = unwrap(decodeOnionPacket(onionRoutingPacket))
  const peeled = peelOnion({ packet, associatedData: paymentHash, nodeSecret: turn.core.config.nodeSecret })
  if (!peeled.ok) {
    const { error } = peeled
    if (error.code !== 'invalid_onion_payload') settle(undefined, malformed(onionRoutingPacket, error.code))
    else settle(error.sharedSecret, badPayload(error.sharedSecret, { ...error, tlvType: 0n, offset: 0 }))
    return
  }

  const { sharedSecret, next } = peeled.value
  const undecided: Omit<IncomingHtlc, 'disposition'> & { readonly sharedSecret: Uint8Array } = {
    ...incoming,
    sharedSecret,
  }
  const payload = decodePayload(peeled.value.payload)
  if (!payload.ok) {
    settle(sharedSecret, badPayload(sharedSecret, payload.error))
    return
  }
  const blinding = blindingRecord(payload.value)
  if (blinding !== undefined) {
    settle(sharedSecret, badPayload(sharedSecret, { code: 'invalid_onion_payload', tlvType: blinding, offset: 0 }))
    return
  }
  if (next) {
    const forward = checkForwardPayload(payload.value)
    if (!forward.ok) settle(sharedSecret, badPayload(sharedSecret, forward.error))
    else if (overDustExposure) settle(sharedSecret, tooMuchDust(sharedSecret))
    else settle(sharedSecret, forwardHtlc(turn, undecided, { payload: forward.value, packet: next }))
    return
  }
  const final = checkFinalPayload(payload.value)
  if (!final.ok) settle(sharedSecret, badPayload(sharedSecret, final.error))
  else if (overDustExposure) settle(sharedSecret, tooMuchDust(sharedSecret))
  else receiveFinal(turn, undecided, final.value)
}

const tooMuchDust = (sharedSecret: Uint8Array): Disposition =>
  failWith(sharedSecret, { type: 'temporary_channel_failure', channelUpdate: new Uint8Array(0) })
