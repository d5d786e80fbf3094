import type { Message } from '../message/message.ts'
import { printable } from '../message/printable.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { FEATURE_VERSION, WTXID_RELAY_VERSION } from '../protocol.ts'
import { receiveReconciliation } from '../relay/reconciliation/reconciliation.ts'

/** Messages that say before `verack` what the connection will be like. */
export type Negotiation = Extract<Message, { command: 'wtxidrelay' | 'sendaddrv2' | 'feature' | 'sendtxrcncl' }>

export function isNegotiation(message: Message): message is Negotiation {
  const { command } = message
  return command === 'wtxidrelay' || command === 'sendaddrv2' || command === 'feature' || command === 'sendtxrcncl'
}

/** Violations `negotiation-after-verack`, `invalid-feature`. */
export function negotiate(network: Network, peer: Peer, message: Negotiation): void {
  const { command } = message
  if (command === 'sendtxrcncl') {
    receiveReconciliation(network, peer, message)
    return
  }
  if (peer.ready) {
    network.misbehaved(peer, 'negotiation-after-verack', `${command} received after verack`)
    return
  }
  switch (command) {
    case 'wtxidrelay':
      if (peer.version >= WTXID_RELAY_VERSION) peer.wtxidRelay = true
      else network.log(`ignoring wtxidrelay due to old common version=${peer.version} from peer=${peer.id}`)
      return
    case 'sendaddrv2':
      peer.wantsAddrv2 = true
      return
    case 'feature':
      receiveFeature(network, peer, message.feature)
      return
  }
}

/** BIP 434. We know no feature yet: all are heard and passed over. */
function receiveFeature(
  network: Network,
  peer: Peer,
  feature: Extract<Negotiation, { command: 'feature' }>['feature'],
): void {
  if (peer.version < FEATURE_VERSION) {
    const words = `feature received with incompatible version ${peer.version}`
    network.misbehaved(peer, 'invalid-feature', words)
  } else if (!feature) {
    network.misbehaved(peer, 'invalid-feature', 'invalid feature payload')
  } else {
    network.log(`unknown feature advertised: ${printable(feature.id)}`)
  }
}
