import { bytesToHex, unwrap } from '@ply/bytes'
import { ecdsaSign, publicKeyFromSecret } from '@ply/crypto'
import { type Msats, REGTEST, type Sats, type Txid } from '@ply/primitives'
import {
  type ChannelAnnouncement,
  type ChannelUpdate,
  type NodeId,
  shortChannelId,
  type ShortChannelId,
} from '@ply/wire'
import { directionOf } from '../announcement/create.ts'
import type { NetworkGraph, NodeKey } from '../graph/networkGraph.ts'

export const NOW = 1_700_000_000
export const chainHash = REGTEST.genesisHash

const secretOf = (n: number): Uint8Array => {
  const secret = new Uint8Array(32)
  new DataView(secret.buffer).setUint32(28, n + 1)
  return secret
}

export interface TestNode {
  readonly secret: Uint8Array
  readonly id: NodeId
  readonly key: NodeKey
  readonly sign: (hash: Uint8Array) => Uint8Array
}

export function testNode(n: number): TestNode {
  const secret = secretOf(n)
  const id = publicKeyFromSecret(secret) as NodeId
  return { secret, id, key: bytesToHex(id), sign: (hash) => ecdsaSign(hash, secret)! }
}

export const testScid = (n: number): ShortChannelId =>
  shortChannelId({ blockHeight: 100 + Math.floor(n / 1000), transactionIndex: n % 1000, outputIndex: 0 })

const UNSIGNED = new Uint8Array(64)

export interface TestTerms {
  readonly base?: number
  readonly ppm?: number
  readonly delta?: number
  readonly min?: bigint
  readonly max?: bigint
  readonly timestamp?: number
  readonly disabled?: boolean
}

/** An unsigned update: the graph takes it as checked. */
export function testUpdate(id: ShortChannelId, direction: 0 | 1, terms: TestTerms = {}): ChannelUpdate {
  return {
    type: 'channel_update',
    signature: UNSIGNED,
    chainHash,
    shortChannelId: id,
    timestamp: terms.timestamp ?? NOW,
    messageFlags: 1,
    channelFlags: direction | (terms.disabled ? 2 : 0),
    cltvExpiryDelta: terms.delta ?? 40,
    htlcMinimumMsat: (terms.min ?? 1n) as Msats,
    feeBaseMsat: terms.base ?? 1000,
    feeProportionalMillionths: terms.ppm ?? 1,
    htlcMaximumMsat: (terms.max ?? 1_000_000_000n) as Msats,
  }
}

/** Adds channel number `n` between two nodes with terms for `a` to `b` and back, unsigned. */
export function addTestChannel(
  graph: NetworkGraph,
  n: number,
  {
    a,
    b,
    forth,
    back,
    capacity = 1_000_000n,
  }: { a: TestNode; b: TestNode; forth?: TestTerms; back?: TestTerms; capacity?: bigint },
): ShortChannelId {
  const id = testScid(n)
  const direction = directionOf(a.id, b.id)
  const [one, two] = direction === 0 ? [a, b] : [b, a]
  const announcement: ChannelAnnouncement = {
    type: 'channel_announcement',
    nodeSignature1: UNSIGNED,
    nodeSignature2: UNSIGNED,
    bitcoinSignature1: UNSIGNED,
    bitcoinSignature2: UNSIGNED,
    features: new Uint8Array(0),
    chainHash,
    shortChannelId: id,
    nodeId1: one.id,
    nodeId2: two.id,
    bitcoinKey1: one.id,
    bitcoinKey2: two.id,
  }
  const txid = new Uint8Array(32) as Txid
  new DataView(txid.buffer).setUint32(0, n)
  unwrap(graph.addChannel({ announcement, capacity: capacity as Sats, funding: { txid, index: 0 } }))
  if (forth) unwrap(graph.applyUpdate(testUpdate(id, direction, forth)))
  if (back) unwrap(graph.applyUpdate(testUpdate(id, direction === 0 ? 1 : 0, back)))
  return id
}
