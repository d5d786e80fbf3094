import { assert, ok, type Result } from '@ply/bytes'
import {
  type Block,
  computeBlockHash,
  computeTxid,
  outPointsOf,
  hashToDisplay,
  isMoneyRange,
  type NetworkParameters,
  type OutPoint,
  outPointMapKey,
  type Sats,
  sats,
  type Transaction,
} from '@ply/primitives'
import { isUnspendable } from '@ply/script'
import { collectBlockScripts, type CollectOptions, type SpendToVerify } from './block/blockScripts.ts'
import { checkCoinbaseValue } from './block/coinbaseValue.ts'
import { checkDuplicateCoinbase, createdOutpoints, isBip30Enforced } from './block/duplicateCoinbase.ts'
import { checkSigopLimit } from './block/sigopLimit.ts'
import { isBuriedActive } from './deployments/buried.ts'
import { computeScriptFlags } from './deployments/scriptFlags.ts'
import type { ChainHeader } from './header/chainHeader.ts'
import type { Coin, CoinsView } from './transaction/coin.ts'
import { type BlockUndo, type CoinChanges, type CoinsDelta, CoinsOverlay } from './transaction/coinsOverlay.ts'
import type { CollectedScript } from './transaction/inputScripts.ts'
import { checkTxInputs } from './transaction/inputs.ts'
import { areSequenceLocksMet, computeSequenceLocks } from './transaction/sequenceLocks.ts'
import { computeSigopCost } from './transaction/sigopCost.ts'
import { invalidBlock, type BlockViolation } from './violation.ts'

export interface ConnectContext extends CollectOptions {
  readonly parameters: NetworkParameters
  readonly previous: ChainHeader
  /** False where the scripts are known to be good (assumed-valid ancestors); true unless given. */
  readonly checkScripts?: boolean
}

/** What a block does to the coins, and what is still to be verified before it may. */
export interface BlockConnection {
  readonly delta: CoinsDelta
  /** The same changes, to be looked at by outpoint. */
  readonly changes: CoinChanges
  readonly undo: BlockUndo
  readonly fees: Sats
  readonly sigopCost: number
  /**
   * Signatures that the scripts were run on trust of: for `verifyCollectedChecks`, at once or by way of workers. Empty
   * where the context's `collect` took them.
   */
  readonly scripts: readonly CollectedScript[]
  /** The transactions whose scripts count, and the flags they ran under: for `verifyBlockScripts`. */
  readonly spends: readonly SpendToVerify[]
  readonly flags: number
}

/**
 * The coins to load before {@link connectBlock}: those that the block spends and does not itself create, and, where
 * BIP 30 must be checked, those that it would overwrite. No outpoint comes twice.
 */
export function requiredOutpoints(block: Block, { parameters, previous }: ConnectContext): OutPoint[] {
  const required = new Map<string, OutPoint>()
  const created = new Set<string>()
  for (const [i, tx] of block.transactions.entries()) {
    if (i > 0) {
      for (const { prevout } of tx.inputs) {
        const key = outPointMapKey(prevout)
        if (!created.has(key)) required.set(key, prevout)
      }
    }
    // An output that nobody can spend is no coin: who tries to must be told that the store has none.
    outPointsOf(tx).forEach((outpoint, index) => {
      if (!isUnspendable(tx.outputs[index]!.scriptPubKey)) created.add(outPointMapKey(outpoint))
    })
  }
  if (isBip30Enforced(computeBlockHash(block.header), previous, parameters)) {
    for (const outpoint of createdOutpoints(block)) required.set(outPointMapKey(outpoint), outpoint)
  }
  return [...required.values()]
}

function addOutputs(overlay: CoinsOverlay, tx: Transaction, origin: Omit<Coin, 'output'>): void {
  const { height, isCoinbase } = origin
  outPointsOf(tx).forEach((outpoint, index) => {
    const output = tx.outputs[index]!
    if (!isUnspendable(output.scriptPubKey)) overlay.put(outpoint, { output, height, isCoinbase })
  })
}

/** One transaction of a block that is being connected. */
interface SpendContext {
  readonly overlay: CoinsOverlay
  readonly previous: ChainHeader
  readonly enforceSequenceLocks: boolean
}

function checkSpend(
  tx: Transaction,
  { overlay, previous, enforceSequenceLocks }: SpendContext,
): Result<{ readonly fee: Sats; readonly coins: readonly Coin[] }, BlockViolation> {
  const inputs = checkTxInputs(tx, overlay, previous.height + 1)
  const id = (): string => hashToDisplay(computeTxid(tx))
  if (!inputs.ok) {
    const { reason, message } = inputs.error
    return invalidBlock('consensus', reason, `${message} in transaction ${id()}`)
  }
  const heights = inputs.value.coins.map((coin) => coin.height)
  if (enforceSequenceLocks && !areSequenceLocksMet(computeSequenceLocks(tx, heights, previous), previous)) {
    return invalidBlock('consensus', 'bad-txns-nonfinal', `contains a non-BIP68-final transaction ${id()}`)
  }
  return inputs
}

/**
 * Every rule of a block that needs coins, in order, for a block that passed `checkBlock` and `checkContextualBlock`.
 * `coins` holds what {@link requiredOutpoints} asked for. Nothing is changed: the delta is to be applied once the
 * collected signatures are verified. Violations `bad-txns-BIP30`, those of `checkTxInputs`,
 * `bad-txns-accumulated-fee-outofrange`, `bad-txns-nonfinal`, `bad-blk-sigops`, `bad-cb-amount`,
 * `block-script-verify-flag-failed (…)`.
 */
export function connectBlock(
  block: Block,
  coins: CoinsView,
  context: ConnectContext,
): Result<BlockConnection, BlockViolation> {
  const { parameters, previous } = context
  const height = previous.height + 1
  const hash = computeBlockHash(block.header)
  const [coinbase] = block.transactions
  assert(coinbase !== undefined, 'connectBlock wants a block that passed checkBlock')

  if (isBip30Enforced(hash, previous, parameters)) {
    const duplicate = checkDuplicateCoinbase(block, coins)
    if (!duplicate.ok) return duplicate
  }
  const flags = computeScriptFlags(hash, height, parameters)
  const overlay = new CoinsOverlay(coins)
  const spend = { overlay, previous, enforceSequenceLocks: isBuriedActive('csv', height, parameters) }
  const spends: SpendToVerify[] = []
  let fees = 0n
  let sigopCost = 0
  for (const tx of block.transactions) {
    const isCoinbase = tx === coinbase
    const checked = isCoinbase ? undefined : checkSpend(tx, spend)
    if (checked?.ok === false) return checked
    const spent = checked?.value.coins ?? []
    fees += checked?.value.fee ?? 0n
    if (!isMoneyRange(fees)) {
      const message = 'accumulated fee in the block out of range'
      return invalidBlock('consensus', 'bad-txns-accumulated-fee-outofrange', message)
    }
    sigopCost += computeSigopCost(tx, spent, flags)
    const sigops = checkSigopLimit(sigopCost)
    if (!sigops.ok) return sigops
    if (!isCoinbase) {
      spends.push({ tx, coins: spent })
      for (const { prevout } of tx.inputs) overlay.remove(prevout)
    }
    addOutputs(overlay, tx, { height, isCoinbase })
  }
  const value = checkCoinbaseValue(block, { height, fees: sats(fees) }, parameters)
  if (!value.ok) return value
  const scripts = context.checkScripts === false ? ok([]) : collectBlockScripts(spends, flags, context)
  if (!scripts.ok) return scripts
  return ok({
    delta: overlay.delta(),
    changes: overlay,
    undo: spends.map((each) => each.coins),
    fees: sats(fees),
    sigopCost,
    scripts: scripts.value,
    spends,
    flags,
  })
}
