import { expect, it } from 'vitest'
import { DEFAULT_POLICY } from '@ply/channel'
import { createNode, type NodeEffect } from '@ply/lightning'
import { REGTEST } from '@ply/primitives'
import { SeededEntropy } from '@ply/testkit'

const node = createNode({
  network: REGTEST,
  nodeSecret: new Uint8Array(32).fill(1),
  channelSeed: new Uint8Array(32).fill(2),
  alias: 'alice',
  color: Uint8Array.of(255, 128, 0),
  addresses: [],
  forwarding: { feeBaseMsat: 1000, feeProportionalMillionths: 100, cltvExpiryDelta: 72, htlcMinimumMsat: 1n },
  channelPolicy: DEFAULT_POLICY,
})
const env = {
  now: 1_700_000_000,
  entropy: new SeededEntropy(1),
  feerates: { normal: 1000, urgent: 2000, minimum: 253 },
  walletScript: new Uint8Array(22),
}
node.handle({ type: 'start' }, env)
const command = { type: 'create-invoice', amountMsat: 50_000n, description: '1 cup of coffee' } as const
const effects: readonly NodeEffect[] = node.handle({ type: 'command', requestId: '1', command }, env)

it('README example', () => {
  expect(effects.map(({ type }) => type)).toEqual(['persist', 'reply'])
  expect(effects[1]).toMatchObject({ result: { ok: true, value: { type: 'create-invoice' } } })
})
