import { REGTEST } from '@ply/primitives'
import { SeededEntropy } from '@ply/testkit'
import { expect, test } from 'vitest'
import type { ConnectionKind } from '../../event.ts'
import { DEFAULT_OPTIONS } from '../../options.ts'
import { Network } from '../../peer/network.ts'
import { Peer } from '../../peer/peer.ts'
import { FakeChain, FakeMempool } from '../../test/fakeNode.ts'
import { V1Transport } from '../../transport/v1.ts'
import { HighBandwidthPeers } from './highBandwidth.ts'

function setUp(kinds: readonly ConnectionKind[]) {
  const network = new Network({
    chain: new FakeChain(),
    mempool: new FakeMempool(),
    entropy: new SeededEntropy(1),
    options: { ...DEFAULT_OPTIONS, magic: REGTEST.magic },
  })
  const peers = kinds.map((kind, id) => {
    const transport = new V1Transport(REGTEST.magic)
    const peer = new Peer({
      id,
      kind,
      permissions: new Set(),
      address: '',
      localAddress: '',
      onion: false,
      connectedAt: 0,
      transport,
      nonce: 0n,
    })
    peer.providesCompact = true
    network.peers.set(id, peer)
    return peer
  })
  const chosen = (): number[] => peers.filter((peer) => peer.announcesCompact).map(({ id }) => id)
  return { peers, choice: new HighBandwidthPeers(network), chosen }
}

test('the last three that brought a block announce the next ones', () => {
  const { peers, choice, chosen } = setUp(['outbound', 'outbound', 'outbound', 'outbound'])
  for (const peer of peers.slice(0, 3)) choice.choose(peer)
  choice.choose(peers[0]!)
  choice.choose(peers[3]!)
  expect(chosen()).toEqual([0, 2, 3])
})

test('those who come to us do not push out the last one that we chose', () => {
  const { peers, choice, chosen } = setUp(['outbound', 'inbound', 'inbound', 'inbound', 'inbound'])
  for (const peer of peers) choice.choose(peer)
  expect(chosen()).toEqual([0, 3, 4])
})

test('one that cannot send compact blocks is not asked to', () => {
  const { peers, choice, chosen } = setUp(['outbound'])
  peers[0]!.providesCompact = false
  choice.choose(peers[0]!)
  expect(chosen()).toEqual([])
})
