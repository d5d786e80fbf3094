import { computeAntiFeeSnipingLockTime } from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'

/** Seconds after which a tip is too old to say where the chain stands. */
const CURRENT = 8 * 60 * 60

/** The lock time of a transaction for which nobody asked for one: the tip, unless it is too old to be the last block. */
export function usualLockTime(owner: NodeWallet): number {
  const { wallet, node } = owner
  if (node.chain.tip.header.time < owner.now() - CURRENT) return 0
  return computeAntiFeeSnipingLockTime(wallet.ledger.height, node.entropy)
}
