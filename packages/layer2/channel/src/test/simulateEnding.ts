import { bytesToHex } from '@ply/bytes'
import type { Transaction } from '@ply/primitives'
import { expect } from 'vitest'
import { createSignedLocalCommitment } from '../commitment/signing.ts'
import type { CommitmentFormat } from '../parameters.ts'
import type { Channel } from '../state.ts'
import type { TestNode } from './node.ts'
import { Simulation } from './simulate.ts'

/** Outputs up to this value may be left behind as not worth their fee; anchors are. */
const WORTHLESS = 2_500n

const commitmentOf = (node: TestNode, channel: Channel): Transaction =>
  createSignedLocalCommitment(channel, channel.commitments.localCommit, node.signer).signed

export type Ending = 'a-commitment' | 'b-commitment' | 'both-race' | 'revoked'

/**
 * Breaks a channel off in the middle of a random schedule, puts a commitment on chain, and follows both nodes until
 * nothing is left to do.
 */
export function simulateEnding(seed: number, ending: Ending, format: CommitmentFormat): void {
  const simulation = new Simulation(seed, format, 60)
  const { pair, random } = simulation
  const { a, b } = pair
  for (let i = 0; i < 60; i++) simulation.step()
  const old = b.channel
  for (let i = 0; i < 90; i++) simulation.step()
  if (pair.connected) pair.disconnect()
  simulation.observe()

  if (ending === 'revoked') return punishes(simulation, old)
  if (ending === 'a-commitment') a.handle({ type: 'force-close', reason: 'test' })
  if (ending === 'b-commitment') b.handle({ type: 'force-close', reason: 'test' })
  if (ending === 'both-race') for (const node of [a, b]) node.handle({ type: 'force-close', reason: 'test' })
  for (let block = 0; block < 420 && [a, b].some(({ state }) => state.kind !== 'closed'); block++) {
    if (random.chance(0.2)) simulation.answer(random.pick([a, b]))
    pair.mineReady(1)
    simulation.observe()
  }
  expect([a.state.kind, b.state.kind]).toEqual(['closed', 'closed'])
  for (const node of [a, b]) expect(simulation.ledgers.get(node)!.offered.size).toBe(0)
  expectNothingLeft(simulation)
}

/** Whatever is unspent belongs to a wallet or is not worth spending. */
function expectNothingLeft({ pair: { a, b, chain } }: Simulation): void {
  const wallets = [a, b].map(({ walletScript }) => bytesToHex(walletScript))
  const left = chain.unspent().filter(({ scriptPubKey }) => !wallets.includes(bytesToHex(scriptPubKey)))
  expect(left.filter(({ value }) => value > WORTHLESS)).toEqual([])
  const net = [a, b].reduce((sum, node) => sum + chain.balanceOf(node.walletScript) - node.minted, 0n)
  expect(net).toBeLessThanOrEqual(0n)
}

/** b publishes an old commitment: a takes everything that has an output. */
function punishes(simulation: Simulation, old: Channel): void {
  const { pair } = simulation
  const { a, b, chain } = pair
  if (old.commitments.localCommit.number >= a.channel.commitments.remoteCommit.number) return
  const revoked = commitmentOf(b, old)
  const inOutputs = revoked.outputs.reduce((sum, { value }) => (value > WORTHLESS ? sum + value : sum), 0n)
  const before = chain.balanceOf(a.walletScript) - a.minted
  pair.mine([revoked])
  expect(a.notified('ended')).toMatchObject([{ by: 'revoked-commitment' }])
  b.published.clear()
  for (let block = 0; block < 40 && a.state.kind !== 'closed'; block++) pair.mineReady(1)
  expect(a.state.kind).toBe('closed')
  const gained = chain.balanceOf(a.walletScript) - a.minted - before
  expect(gained).toBeGreaterThan(inOutputs - BigInt(revoked.outputs.length) * 700n)
}
