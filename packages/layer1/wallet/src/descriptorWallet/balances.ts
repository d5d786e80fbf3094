import { bytesToHex } from '@ply/bytes'
import { blocksToMaturity, isInMempool, isTrusted, spentScripts, walletOutputs } from './coins.ts'
import type { DescriptorWallet } from './descriptorWallet.ts'

/** Satoshi by Bitcoin Core's names. */
export interface WalletBalances {
  readonly trusted: bigint
  readonly untrustedPending: bigint
  readonly immature: bigint
  /** Less than nothing: what own transactions spend that are not in the mempool. */
  readonly nonMempool: bigint
  /** On addresses that were spent from before (-avoid_reuse). */
  readonly used: bigint
}

export function computeWalletBalances(
  wallet: DescriptorWallet,
  { minDepth = 0, avoidReuse = true, includeNonMempool = false } = {},
): WalletBalances {
  const sums = { trusted: 0n, untrustedPending: 0n, immature: 0n, used: 0n, nonMempool: 0n }
  const spentFrom = avoidReuse ? spentScripts(wallet) : new Set<string>()
  const known = new Set<string>()
  for (const { record, outpoint, output } of walletOutputs(wallet)) {
    const spender = wallet.ledger.spenderOf(outpoint)
    const outside = spender !== undefined && !spender.confirmation && !isInMempool(wallet, spender)
    if (spender && !(outside && includeNonMempool)) continue
    const trusted = isTrusted(wallet, record, known)
    let bucket: keyof typeof sums | undefined
    if (blocksToMaturity(wallet, record) > 0 && record.confirmation) bucket = 'immature'
    else if (trusted && wallet.ledger.depth(record) >= minDepth) bucket = 'trusted'
    else if (!trusted && isInMempool(wallet, record)) bucket = 'untrustedPending'
    if (!bucket) continue
    if (spentFrom.has(bytesToHex(output.scriptPubKey))) bucket = 'used'
    sums[bucket] += output.value
    if (outside) sums.nonMempool -= output.value
  }
  return sums
}
