import type { Result } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import type { OutPoint, Transaction, TxOutput } from '@ply/primitives'
import type { FeeRate } from '../../coins/feeRate.ts'
import type { ChainPolicy } from '../../selection/eligibility.ts'
import { TRUC_VERSION } from '../../state/mempoolConflicts.ts'
import type { CoinFilter } from '../coins.ts'
import type { OutputType } from '../outputType.ts'
import type { DescriptorKey } from '../walletDescriptor.ts'

export interface Recipient {
  readonly scriptPubKey: Uint8Array
  readonly value: bigint
  /** The fee is taken out of what it gets. */
  readonly subtractFee: boolean
}

/** An input that the payment must have. */
export interface PresetInput {
  readonly outpoint: OutPoint
  readonly sequence?: number
  /** What it spends, where that is no output of the wallet. */
  readonly output?: TxOutput
  /** Weight once it is signed, where the caller knows better. */
  readonly weight?: number
  readonly scriptSig?: Uint8Array
  readonly witness?: readonly Uint8Array[]
}

/** Rates in satoshi per 1000 vbytes. */
export interface PaymentRates {
  readonly feeRate: FeeRate
  /** Change that costs more than this to spend is left to the miner. */
  readonly discardRate: FeeRate
  readonly dustRate: FeeRate
  /** Below it spending more coins than needed is no waste (-consolidatefeerate). */
  readonly longTermRate: FeeRate
  /** Satoshi that no payment's fee may pass. */
  readonly maxFee: bigint
}

/** What the owner of a wallet settles for all payments. */
export interface PaymentHabits extends Pick<ChainPolicy, 'spendUnconfirmed' | 'rejectLongChains'> {
  /** The kind of address that the wallet gives out where nobody says which. */
  readonly addressType: OutputType
  /** All coins of a script are spent together (-avoidpartialspends). */
  readonly wholeScripts: boolean
  /** Satoshi that spending all coins of a script together may cost more; less than 0: it is not tried (-maxapsfee). */
  readonly maxWholeScriptsFee: bigint
}

export const DEFAULT_PAYMENT_HABITS: PaymentHabits = {
  addressType: 'bech32',
  wholeScripts: false,
  maxWholeScriptsFee: 0n,
  spendUnconfirmed: true,
  rejectLongChains: true,
}

export interface PaymentOrder {
  readonly recipients: readonly Recipient[]
  readonly rates: PaymentRates
  readonly habits: PaymentHabits
  readonly entropy: Entropy
  readonly inputs?: readonly PresetInput[]
  /** Whether coins may be added to `inputs`; true without any. */
  readonly addInputs?: boolean
  readonly changeScript?: Uint8Array
  readonly changeType?: OutputType
  readonly changePosition?: number
  readonly filter?: Pick<CoinFilter, 'minDepth' | 'maxDepth' | 'includeUnsafe' | 'includeUsed'>
  /** Signals BIP 125; true if not given. */
  readonly replaceable?: boolean
  /** Without: the tip, against fee sniping. */
  readonly lockTime?: number
  readonly version?: number
  readonly maxWeight?: number
}

export interface CreatedPayment {
  /** Not signed. */
  readonly tx: Transaction
  readonly fee: bigint
  readonly changePosition: number | undefined
  /** The change address that was given out for it, to be given back if the payment is not made. */
  readonly reserved: DescriptorKey | undefined
  /** What it costs to spend all coins of each script together, where that was tried beside the usual choice. */
  readonly wholeScripts: WholeScriptsTrial | undefined
}

/** Fees in satoshi. */
export interface WholeScriptsTrial {
  readonly usualFee: bigint
  readonly fee: bigint
  readonly isChosen: boolean
}

export const DEFAULT_VERSION = 2
export const MAX_STANDARD_TX_WEIGHT = 400_000

/** BIP 431: weight of a transaction of version 3, and of one that spends another that is not confirmed. */
const TRUC_MAX_WEIGHT = 40_000
const TRUC_CHILD_MAX_WEIGHT = 4000

/** The weight that a transaction of a version may have, depending on whether it spends what is not confirmed. */
export function maxTransactionWeight(version: number, spendsUnconfirmed: boolean): number {
  if (version !== TRUC_VERSION) return MAX_STANDARD_TX_WEIGHT
  return spendsUnconfirmed ? TRUC_CHILD_MAX_WEIGHT : TRUC_MAX_WEIGHT
}

/** Bitcoin Core's words. */
export const fail = (message: string): Result<never, string> => ({ ok: false, error: message })

export const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)
