import { bytesToHex } from '@ply/bytes'
import { computeTxid, isCoinbase, type OutPoint, outPointKey, type TxOutput, type Txid } from '@ply/primitives'
import { classifyOutput, isP2sh } from '@ply/script'
import type { TypedCoin } from '../selection/selectAutomatically.ts'
import { COINBASE_MATURITY } from '../state/coin.ts'
import { TRUC_VERSION } from '../state/mempoolConflicts.ts'
import type { TransactionRecord } from '../state/transactionLog.ts'
import type { DescriptorWallet } from './descriptorWallet.ts'
import { outputTypeOf } from './outputType.ts'

export const isInMempool = ({ environment }: DescriptorWallet, { tx, status }: TransactionRecord): boolean =>
  status === 'active' && environment.pool.has(computeTxid(tx))

/** Blocks that must still come before a coinbase output can be spent. */
export function blocksToMaturity({ ledger }: DescriptorWallet, record: TransactionRecord): number {
  return isCoinbase(record.tx) ? Math.max(0, COINBASE_MATURITY + 1 - ledger.depth(record)) : 0
}

export const isFromMe = (wallet: DescriptorWallet, { tx }: TransactionRecord): boolean =>
  tx.inputs.some((input) => wallet.ownOutput(input.prevout) !== undefined)

/**
 * True if a transaction stays: it is in the chain, or it is the wallet's own, in the mempool, and so is everything
 * unconfirmed that it spends from. `trusted`: txids known to be so.
 */
export function isTrusted(
  wallet: DescriptorWallet,
  record: TransactionRecord,
  trusted: Set<string> = new Set(),
): boolean {
  if (record.confirmation || trusted.has(record.txid)) return true
  if (wallet.environment.spendUnconfirmed === false) return false
  if (!isFromMe(wallet, record) || !isInMempool(wallet, record)) return false
  const parentsAre = record.tx.inputs.every(({ prevout }) => {
    const parent = wallet.ledger.recordOf(prevout.txid)
    return parent !== undefined && wallet.ownOutput(prevout) !== undefined && isTrusted(wallet, parent, trusted)
  })
  if (parentsAre) trusted.add(record.txid)
  return parentsAre
}

/** An output of the wallet in a transaction that was not given up. */
export interface WalletOutput {
  readonly record: TransactionRecord
  readonly outpoint: OutPoint
  readonly output: TxOutput
}

export function* walletOutputs(wallet: DescriptorWallet): Generator<WalletOutput> {
  for (const record of wallet.ledger.log.all()) {
    if (record.status !== 'active') continue
    let txid: Txid | undefined
    for (const [index, output] of record.tx.outputs.entries()) {
      if (!wallet.isMine(output.scriptPubKey)) continue
      txid ??= computeTxid(record.tx)
      yield { record, outpoint: { txid, index }, output }
    }
  }
}

/** Scripts of the wallet that were spent from: what comes there again can be linked (-avoid_reuse). */
export function spentScripts(wallet: DescriptorWallet): ReadonlySet<string> {
  const scripts = new Set<string>()
  if (!wallet.flags.avoidReuse) return scripts
  for (const { tx, status } of wallet.ledger.log.all()) {
    if (status !== 'active') continue
    for (const { prevout } of tx.inputs) {
      const spent = wallet.ownOutput(prevout)
      if (spent) scripts.add(bytesToHex(spent.scriptPubKey))
    }
  }
  return scripts
}

/** A coin that can be spent. */
export interface AvailableCoin extends TypedCoin {
  readonly record: TransactionRecord
  /** Nobody else can take it away. */
  readonly safe: boolean
  /** The wallet knows what an input for it looks like. */
  readonly solvable: boolean
}

/** Which coins are wanted; everything that is safe if nothing is said. */
export interface CoinFilter {
  readonly minDepth?: number
  readonly maxDepth?: number
  readonly includeUnsafe?: boolean
  readonly includeImmature?: boolean
  readonly includeLocked?: boolean
  /** Also what lies on addresses that were spent from before. */
  readonly includeUsed?: boolean
  readonly minAmount?: bigint
  readonly maxAmount?: bigint
  readonly maxCount?: number
  readonly minSum?: bigint
  /** Keys of outpoints that are not wanted. */
  readonly except?: ReadonlySet<string>
  /** Version of the transaction that is to spend them; unconfirmed coins of the other kind cannot be. */
  readonly version?: number
}

const MAX_DEPTH = 9_999_999

/** BIP 431: an unconfirmed transaction of version 3 has one child, of version 3, and no parents beside it. */
function fitsVersion({ environment }: DescriptorWallet, { tx }: TransactionRecord, version: number): boolean {
  if (version !== TRUC_VERSION || tx.version !== TRUC_VERSION)
    return tx.version !== TRUC_VERSION && version !== TRUC_VERSION
  const txid = computeTxid(tx)
  return environment.pool.childrenOf(txid).length === 0 && (environment.pool.ancestry(txid)?.ancestors ?? 0) <= 1
}

function isWanted(wallet: DescriptorWallet, record: TransactionRecord, filter: CoinFilter): boolean {
  const depth = wallet.ledger.depth(record)
  if (depth < (filter.minDepth ?? 0) || depth > (filter.maxDepth ?? MAX_DEPTH)) return false
  if (depth === 0 && !isInMempool(wallet, record)) return false
  if (!filter.includeImmature && blocksToMaturity(wallet, record) > 0) return false
  return depth > 0 || filter.version === undefined || fitsVersion(wallet, record, filter.version)
}

/** A replacement may yet lose to what it replaced: its outputs are not safe, nor are those of the original. */
function isSafe(wallet: DescriptorWallet, record: TransactionRecord, known: Set<string>): boolean {
  if (!isTrusted(wallet, record, known)) return false
  const note = wallet.note(record.txid)
  return record.confirmation !== undefined || (note?.replaces === undefined && note?.replacedBy === undefined)
}

/** The kind of address of an output; what cannot be told has one of its own. */
function addressTypeOf(wallet: DescriptorWallet, scriptPubKey: Uint8Array): string {
  const redeemScript = isP2sh(scriptPubKey) ? wallet.solve(scriptPubKey)?.redeemScript : undefined
  const isNested = redeemScript !== undefined && classifyOutput(redeemScript).type.startsWith('witness_')
  return isNested ? 'p2sh-segwit' : (outputTypeOf(scriptPubKey) ?? 'unknown')
}

function describeCoin(
  wallet: DescriptorWallet,
  { record, outpoint, output }: WalletOutput,
  safe: boolean,
): AvailableCoin {
  const weight = wallet.inputWeight(output.scriptPubKey)
  const depth = wallet.ledger.depth(record)
  const { ancestors = 0, clusterSize = 0 } = (depth === 0 && wallet.environment.pool.ancestry(outpoint.txid)) || {}
  return {
    record,
    outpoint,
    output,
    depth,
    safe,
    solvable: weight !== undefined,
    inputWeight: weight ?? 0,
    fromMe: isFromMe(wallet, record),
    ancestors,
    clusterSize,
    addressType: addressTypeOf(wallet, output.scriptPubKey),
  }
}

/** Of unconfirmed coins of version 3 only those of the one transaction that has most: no two can be spent together. */
function keepOneUnconfirmed(coins: readonly AvailableCoin[]): AvailableCoin[] {
  const values = new Map<string, bigint>()
  for (const { depth, record, output } of coins) {
    if (depth === 0) values.set(record.txid, (values.get(record.txid) ?? 0n) + output.value)
  }
  const [richest] = [...values].reduce<readonly [string?, bigint?]>(
    (best, each) => (best[1] !== undefined && best[1] >= each[1] ? best : each),
    [],
  )
  return coins.filter(({ depth, record }) => depth > 0 || record.txid === richest)
}

/** The coins that may be spent, as Bitcoin Core's `AvailableCoins`. */
export function availableCoins(wallet: DescriptorWallet, filter: CoinFilter = {}): AvailableCoin[] {
  const coins: AvailableCoin[] = []
  const spentFrom = filter.includeUsed ? new Set<string>() : spentScripts(wallet)
  const known = new Set<string>()
  let sum = 0n
  for (const found of walletOutputs(wallet)) {
    const { record, outpoint, output } = found
    if (!isWanted(wallet, record, filter)) continue
    if (output.value < (filter.minAmount ?? 0n) || output.value > (filter.maxAmount ?? output.value)) continue
    if (filter.except?.has(outPointKey(outpoint)) || wallet.ledger.spenderOf(outpoint)) continue
    if (!filter.includeLocked && wallet.isLocked(outpoint)) continue
    if (spentFrom.has(bytesToHex(output.scriptPubKey))) continue
    const safe = isSafe(wallet, record, known)
    if (!safe && !filter.includeUnsafe) continue
    coins.push(describeCoin(wallet, found, safe))
    sum += output.value
    if (filter.minSum !== undefined && sum >= filter.minSum) break
    if (filter.maxCount && coins.length >= filter.maxCount) break
  }
  return filter.version === TRUC_VERSION ? keepOneUnconfirmed(coins) : coins
}
