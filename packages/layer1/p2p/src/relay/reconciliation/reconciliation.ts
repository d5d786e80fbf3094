import { bigintFromBytesLE, ByteWriter } from '@ply/bytes'
import { taggedHash } from '@ply/crypto'
import type { Sendtxrcncl } from '../../message/sendtxrcncl.ts'
import type { Network } from '../../peer/network.ts'
import type { Peer } from '../../peer/peer.ts'
import { WTXID_RELAY_VERSION } from '../../protocol.ts'

/** The version of reconciliation that we would speak. */
const VERSION = 1
const SALT_TAG = 'Tx Relay Salting'

/** BIP 330: how transactions could be reconciled with a peer. */
export type Reconciliation =
  /** We offered it. */
  | { readonly type: 'offered'; readonly salt: bigint }
  /** Both did. The keys are those of the short ids; who connected asks for sketches. */
  | { readonly type: 'agreed'; readonly keys: readonly [bigint, bigint]; readonly initiator: boolean }

/** The keys of BIP 330's short ids, of both sides' salts. */
export function computeShortIdKeys(a: bigint, b: bigint): readonly [bigint, bigint] {
  const [low, high] = a < b ? [a, b] : [b, a]
  const salt = taggedHash(SALT_TAG, new ByteWriter(16).u64(low).u64(high).finish())
  return [bigintFromBytesLE(salt.subarray(0, 8)), bigintFromBytesLE(salt.subarray(8, 16))]
}

/** Tells a peer that both sides' transactions could be reconciled, where there are some to be announced both ways. */
export function offerReconciliation(network: Network, peer: Peer): void {
  const { reconcileTransactions, relayTransactions } = network.options
  if (!reconcileTransactions || !relayTransactions || peer.version < WTXID_RELAY_VERSION) return
  if (!peer.mayRelayTransactions || !peer.relaysTransactions || peer.kind === 'addr-fetch') return
  network.log(`Pre-register peer=${peer.id}`, 'txreconciliation')
  const salt = network.randomU64()
  peer.reconciliation = { type: 'offered', salt }
  network.send(peer, { command: 'sendtxrcncl', version: VERSION, salt })
}

/** `sendtxrcncl`. Violations `negotiation-after-verack`, `invalid-reconciliation`. */
export function receiveReconciliation(network: Network, peer: Peer, { version, salt }: Sendtxrcncl): void {
  const { reconciliation } = peer
  const refuse = (words: string): void => void network.misbehaved(peer, 'invalid-reconciliation', words)
  if (!network.options.reconcileTransactions) {
    network.log(`sendtxrcncl from peer=${peer.id} ignored, as our node does not have txreconciliation enabled`)
  } else if (peer.ready) {
    network.misbehaved(peer, 'negotiation-after-verack', 'sendtxrcncl received after verack')
  } else if (network.refusesTransactions(peer)) {
    refuse('sendtxrcncl received to which we indicated no tx relay')
  } else if (!peer.mayRelayTransactions || !peer.relaysTransactions) {
    refuse('sendtxrcncl received which indicated no tx relay to us')
  } else if (!reconciliation) {
    network.log(`Ignore unexpected txreconciliation signal from peer=${peer.id}`)
  } else if (reconciliation.type === 'agreed') {
    refuse('txreconciliation protocol violation (sendtxrcncl received from already registered peer)')
  } else if (version < 1) {
    refuse('txreconciliation protocol violation')
  } else {
    network.log(`Register peer=${peer.id} (inbound=${Number(peer.inbound)})`, 'txreconciliation')
    const keys = computeShortIdKeys(reconciliation.salt, salt)
    peer.reconciliation = { type: 'agreed', keys, initiator: !peer.inbound }
  }
}

/** At `verack`: reconciliation goes by wtxids, and takes two. */
export function settleReconciliation(network: Network, peer: Peer): void {
  if (!peer.reconciliation || (peer.wtxidRelay && peer.reconciliation.type === 'agreed')) return
  peer.reconciliation = undefined
  network.log(`Forget txreconciliation state of peer=${peer.id}`, 'txreconciliation')
}
