import { usageError } from '../exitCode.ts'
import type { LightningNode } from '../node/lightning.ts'

/** A peer on the command line: the name of a node of the same plyd, an id, or `id@host:port`. */
export interface PeerTarget {
  readonly id: string
  /** `host:port`, where one is known. */
  readonly address: string | undefined
}

/** Throws a usage error for what is no peer. */
export function parsePeer(node: LightningNode, text: string): PeerTarget {
  const known = node.find(text)
  if (known) return { id: known.id, address: known.address === '' ? undefined : known.address }
  const match = /^(0[23][0-9a-f]{64})(?:@(\S+))?$/i.exec(text)
  if (!match) throw usageError(`'${text}' is no peer: a name, a node id, or id@host:port`)
  return { id: match[1]!.toLowerCase(), address: match[2] }
}

/** Connects, unless the peer is connected already. */
export async function ensureConnected(node: LightningNode, peer: PeerTarget): Promise<void> {
  const peers = await node.call('listpeers', { id: peer.id })
  if (peers.get('peers').items.some((item) => item.get('connected').value === true)) return
  if (peer.address === undefined) throw usageError(`not connected to ${peer.id}: give it as id@host:port`)
  await node.call('connect', { id: `${peer.id}@${peer.address}` })
}
