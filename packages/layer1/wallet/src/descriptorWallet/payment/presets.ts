import { ok, type Result } from '@ply/bytes'
import { hashToDisplay, type OutPoint, outPointKey } from '@ply/primitives'
import { type PricedCoin, priceCoin } from '../../selection/outputGroup.ts'
import type { SelectableCoin } from '../../state/coin.ts'
import { TRUC_VERSION } from '../../state/mempoolConflicts.ts'
import type { DescriptorWallet } from '../descriptorWallet.ts'
import { DEFAULT_VERSION, fail, type PaymentOrder, type PresetInput } from './order.ts'

/** A coin that the payment must spend. */
export interface PresetCoin extends SelectableCoin {
  readonly input: PresetInput
  /** Bump fees count whatever its depth is. */
  readonly depth: 0
}

/** Bitcoin Core's form of an outpoint in messages. */
const describeOutPoint = ({ txid, index }: OutPoint): string =>
  `COutPoint(${hashToDisplay(txid).slice(0, 10)}, ${index})`

/** BIP 431: what is not confirmed is spent by its own kind only. Bitcoin Core's words where it would not be. */
export function checkVersionOf(wallet: DescriptorWallet, { txid }: OutPoint, version: number): string | undefined {
  const record = wallet.ledger.recordOf(txid)
  if (!record || wallet.ledger.depth(record) !== 0) return undefined
  const parent = record.tx.version
  if ((parent === TRUC_VERSION) === (version === TRUC_VERSION)) return undefined
  return `Can't spend unconfirmed version ${parent} pre-selected input with a version ${version} tx`
}

/** The coins of the inputs that the payment must have, with what spending them costs. */
export function resolvePresets(
  wallet: DescriptorWallet,
  order: PaymentOrder,
): Result<readonly PricedCoin<PresetCoin>[], string> {
  const { inputs = [], rates, version = DEFAULT_VERSION } = order
  const { single } = wallet.environment.pool.bumpFees(
    inputs.map(({ outpoint }) => outpoint),
    rates.feeRate,
  )
  const presets: PricedCoin<PresetCoin>[] = []
  for (const input of inputs) {
    const { outpoint } = input
    const own = wallet.ownOutput(outpoint)
    const conflict = own && checkVersionOf(wallet, outpoint, version)
    if (conflict !== undefined) return fail(conflict)
    const output = own ?? input.output
    if (!output) return fail(`Not found pre-selected input ${describeOutPoint(outpoint)}`)
    const weight = input.weight ?? (own && wallet.inputWeight(own.scriptPubKey))
    if (weight === undefined) return fail(`Not solvable pre-selected input ${describeOutPoint(outpoint)}`)
    const coin: PresetCoin = { input, outpoint, output, inputWeight: weight, depth: 0 }
    presets.push(priceCoin(coin, rates, single.get(outPointKey(outpoint))))
  }
  return ok(presets)
}
