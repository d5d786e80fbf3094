import { type Msats, msats, type OutPoint } from '@ply/primitives'
import { computeBalance } from '../balance.ts'
import type { ResolutionEnv } from '../env.ts'
import type { Closing } from '../state.ts'
import { resolve } from './resolve.ts'
import type { TrackedOutput } from './trackedOutput.ts'

/** What we are owed by an output on chain, before the fee of claiming it; nothing where it is the peer's so far. */
function claimableSats({ action, htlc }: TrackedOutput): bigint {
  switch (action.type) {
    case 'claim':
      return action.claim.output.value
    case 'htlc-transaction':
      return htlc ? htlc.amountMsat / 1000n : 0n
    case 'wait':
      return 0n
  }
}

/**
 * What of a closing channel has yet to reach our wallet, in msat: all of our balance until a transaction that ends the
 * channel confirms, then the outputs that we can claim and that no confirmed transaction has claimed. `isSpent` says
 * which outputs a transaction that the wallet already counts spends: a mutual close or a sweep that waits for a block.
 */
export function computeClosingBalance(
  closing: Closing,
  env: ResolutionEnv,
  isSpent: (outpoint: OutPoint) => boolean = () => false,
): Msats {
  const { ending, outputs } = resolve(closing, env)
  if (!ending) {
    const isHome = closing.cause.type === 'mutual' && isSpent(closing.channel.fundingOutpoint)
    return isHome ? msats(0) : computeBalance(closing.channel).localMsat
  }
  const open = outputs.filter(({ spend, tracked }) => spend === undefined && !isSpent(tracked.outpoint))
  return msats(open.reduce((sum, { tracked }) => sum + claimableSats(tracked) * 1000n, 0n))
}
