import { computeTxid, sats, SEQUENCE_FINAL, type Transaction, virtualSize } from '@ply/primitives'
import { createNullData, SIGHASH_ALL, SighashCache } from '@ply/script'
import type { Random } from '@ply/testkit'
import type { OwnedCoin } from './ledger.ts'
import type { Lock } from './lock.ts'
import { ANCHOR, ODD_LOCKS, STANDARD_LOCKS } from './locks.ts'

/** A transaction with what is needed to sign it again after a change. */
export interface Draft {
  readonly coins: readonly OwnedCoin[]
  readonly tx: Transaction
  /** Of the outputs, in order. */
  readonly locks: readonly (Lock | undefined)[]
  readonly hashTypes: readonly number[]
}

export interface TransactionWishes {
  readonly random: Random
  readonly now: { readonly height: number; readonly time: number }
  /** Chance that an output is of an odd kind. */
  readonly odd?: number
  readonly version?: number
  /** Satoshi per vbyte. */
  readonly feeRate?: number
  readonly outputs?: number
}

const EMPTY = new Uint8Array(0)

/** Signs every input as its lock wants it. */
export function sign(draft: Draft): Transaction {
  const spent = draft.coins.map(({ value, lock }) => ({ value: sats(value), scriptPubKey: lock.scriptPubKey }))
  const cache = new SighashCache(draft.tx, spent)
  const inputs = draft.tx.inputs.map((input, inputIndex) => {
    const hashType = draft.hashTypes[inputIndex]!
    return { ...input, ...draft.coins[inputIndex]!.lock.unlock({ cache, inputIndex, hashType }) }
  })
  return { ...draft.tx, inputs }
}

/** ECDSA always names its hash type; Schnorr leaves the default out, and has none for a lone SIGHASH_SINGLE. */
function chooseHashType(random: Random, { name }: Lock, isFirst: boolean): number {
  const taproot = name.startsWith('p2tr')
  if (random.chance(0.85)) return taproot ? 0 : SIGHASH_ALL
  return random.pick(taproot && !isFirst ? [1, 2, 0x81, 0x82] : [1, 2, 3, 0x81, 0x82, 0x83])
}

function chooseOutputs(total: bigint, wishes: TransactionWishes): { value: bigint; lock: Lock | undefined }[] {
  const { random, now, odd = 0.3 } = wishes
  const count = wishes.outputs ?? 1 + random.below(4)
  const outputs: { value: bigint; lock: Lock | undefined }[] = []
  let left = total
  for (let i = 0; i < count; i++) {
    const lock = random.pick(random.chance(odd) ? ODD_LOCKS : STANDARD_LOCKS)(random, now)
    const value = i === count - 1 ? left : (left * BigInt(1 + random.below(50))) / 100n
    left -= value
    outputs.push({ value, lock })
  }
  if (random.chance(0.05)) outputs.push({ value: 0n, lock: undefined })
  if (random.chance(0.03)) outputs.push({ value: 240n, lock: ANCHOR(random, now) })
  return outputs
}

/** A signed transaction of `coins` that leaves a fee; one more try knows its size. */
export function draftTransaction(coins: readonly OwnedCoin[], wishes: TransactionWishes): Draft {
  const { random } = wishes
  const lockTimes = coins.flatMap(({ lock }) => lock.lockTime ?? [])
  const version = wishes.version ?? (random.chance(0.85) ? 2 : 1)
  const hashTypes = coins.map(({ lock }, i) => chooseHashType(random, lock, i === 0))
  const total = coins.reduce((sum, coin) => sum + coin.value, 0n)
  const outputs = chooseOutputs(total, wishes)
  const build = (fee: bigint): Draft => {
    const largest = outputs.reduce((best, output, i) => (output.value > outputs[best]!.value ? i : best), 0)
    const tx: Transaction = {
      version,
      inputs: coins.map(({ outpoint, lock }) => ({
        prevout: outpoint,
        scriptSig: EMPTY,
        sequence: lock.sequence ?? (random.chance(0.5) ? SEQUENCE_FINAL - 2 : SEQUENCE_FINAL),
        witness: [],
      })),
      outputs: outputs.map(({ value, lock }, i) => ({
        value: sats(i === largest ? value - fee : value),
        scriptPubKey: lock ? lock.scriptPubKey : createNullData(random.bytes(random.below(60))),
      })),
      lockTime: lockTimes.length > 0 ? random.pick(lockTimes) : 0,
    }
    const draft = { coins, tx, locks: outputs.map(({ lock }) => lock), hashTypes }
    return { ...draft, tx: sign(draft) }
  }
  const first = build(0n)
  const rate = wishes.feeRate ?? random.pick([0, 0.1, 0.5, 1, 1, 2, 5, 20])
  const fee = BigInt(Math.ceil(virtualSize(first.tx) * rate))
  return fee === 0n ? first : build(fee < total / 2n ? fee : total / 2n)
}

/** The draft with another transaction, signed anew. */
export function resign(draft: Draft, change: Partial<Transaction>): Draft {
  const changed = { ...draft, tx: { ...draft.tx, ...change } }
  return { ...changed, tx: sign(changed) }
}

/** The outputs that we can spend. */
export function outputsOf({ tx, locks }: Draft): OwnedCoin[] {
  const txid = computeTxid(tx)
  return tx.outputs.flatMap(({ value }, index) => {
    const lock = locks[index]
    return lock ? [{ outpoint: { txid, index }, value, lock, coinbase: false, txVersion: tx.version }] : []
  })
}
