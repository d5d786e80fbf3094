import { expect, it } from 'vitest'
import { msats } from '@ply/primitives'
import { findRoute, NetworkGraph } from '@ply/routing'
import { parseShortChannelId } from '@ply/wire'
import { unwrap } from '@ply/bytes'

const [alice, bob, carol] = ['02' + '11'.repeat(32), '02' + '22'.repeat(32), '03' + '33'.repeat(32)] as const
const scid = (text: string) => unwrap(parseShortChannelId(text))
const route = findRoute({
  graph: new NetworkGraph(), // public channels, from gossip
  source: alice,
  target: carol,
  amountMsat: 100_000n,
  finalCltvDelta: 18,
  maxFeeMsat: 5_000n,
  now: 1_700_000_000,
  localChannels: [
    { shortChannelId: scid('103x1x0'), peer: bob, spendableMsat: msats(900_000), htlcMinimumMsat: msats(1) },
  ],
  hints: [
    [
      {
        nodeId: bob,
        shortChannelId: scid('104x1x0'),
        feeBaseMsat: 1000,
        feeProportionalMillionths: 100,
        cltvExpiryDelta: 40,
      },
    ],
  ],
})

it('README example', () => {
  expect(route).toMatchObject({ ok: true, value: { amountMsat: 101_010n, cltvDelta: 58 } })
})
