import { expect, it } from 'vitest'
import { awaitChannel, type ChannelEnv, createSeedSigner, DEFAULT_POLICY, openChannel, transition } from '@ply/channel'
import { blockHeight, msats, REGTEST, sats } from '@ply/primitives'
import type { ChannelId, NodeId } from '@ply/wire'

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill)
const envOf = (seed: number): ChannelEnv => ({
  height: blockHeight(100),
  chainHash: REGTEST.genesisHash,
  feerates: { commitment: 1000, mutualClose: 1000, claim: 1000 },
  policy: DEFAULT_POLICY,
  signer: createSeedSigner(bytes(32, seed)),
  walletScript: Uint8Array.of(0, 20, ...bytes(20, seed)),
  anySegwitShutdown: true,
})
const request = {
  temporaryChannelId: bytes(32, 1) as ChannelId,
  keysId: bytes(32, 2),
  remoteNodeId: bytes(33, 2) as NodeId,
  fundingSatoshis: sats(1_000_000),
  pushMsat: msats(0),
  announceChannel: true,
  format: 'anchors' as const,
}
const opening = openChannel(request, envOf(1))
const [open] = opening.effects.flatMap((effect) => (effect.type === 'send' ? [effect.message] : []))
const waiting = awaitChannel(bytes(33, 3) as NodeId, bytes(32, 4))
const accepted = transition(waiting, { type: 'message', message: open! }, envOf(2))

it('runs the example of the README', () => {
  expect(accepted.state.kind).toBe('wait-for-funding-created')
  expect(accepted.effects).toMatchObject([{ type: 'send', message: { type: 'accept_channel' } }])
})
