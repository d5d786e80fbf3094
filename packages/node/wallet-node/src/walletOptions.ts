import type { OutputType, ScryptCost } from '@ply/wallet'

/** How the wallets of a node behave; bitcoind's options of the same names. Rates in satoshi per 1000 vbytes. */
export interface WalletOptions {
  /** -keypool: addresses that are watched ahead of those given out. */
  readonly keypool: number
  /** -addresstype */
  readonly addressType: OutputType
  /** -changetype; without, it depends on what is paid. */
  readonly changeType: OutputType | undefined
  /** -fallbackfee; 0 switches it off. */
  readonly fallbackFee: bigint
  /** -mintxfee */
  readonly minTxFee: bigint
  /** -discardfee */
  readonly discardFee: bigint
  /** -maxtxfee: satoshi that no payment's fee may pass. */
  readonly maxTxFee: bigint
  /** -consolidatefeerate */
  readonly consolidateFeeRate: bigint
  /** -avoidpartialspends: all coins of an address are spent together. */
  readonly avoidPartialSpends: boolean
  /** -maxapsfee: satoshi that doing so may cost more where it is not asked for; less than 0: it is not tried. */
  readonly maxApsFee: bigint
  /** -spendzeroconfchange */
  readonly spendZeroConfChange: boolean
  /** -walletrejectlongchains */
  readonly rejectLongChains: boolean
  /** -limitancestorcount and -limitdescendantcount: what the wallet spends has no more of them in the mempool. */
  readonly maxAncestors: number
  readonly maxDescendants: number
  /** -txconfirmtarget */
  readonly confirmTarget: number
  /** -walletrbf */
  readonly replaceable: boolean
  /** -walletbroadcast */
  readonly broadcast: boolean
  /** What turning a passphrase into a key costs. */
  readonly scryptCost: ScryptCost
}

export const DEFAULT_WALLET_OPTIONS: WalletOptions = {
  keypool: 1000,
  addressType: 'bech32',
  changeType: undefined,
  fallbackFee: 0n,
  minTxFee: 1000n,
  discardFee: 10_000n,
  maxTxFee: 10_000_000n,
  consolidateFeeRate: 10_000n,
  avoidPartialSpends: false,
  maxApsFee: 0n,
  spendZeroConfChange: true,
  rejectLongChains: true,
  maxAncestors: 25,
  maxDescendants: 25,
  confirmTarget: 6,
  replaceable: true,
  broadcast: true,
  // Bitcoin Core spends a tenth of a second on a passphrase; this is about a quarter.
  scryptCost: { N: 1 << 14, r: 8, p: 1 },
}
