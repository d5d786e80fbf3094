import { err, ok, type Result } from '@ply/bytes'
import { computeTxid, computeWtxid, hashToDisplay, type Transaction } from '@ply/primitives'
import {
  collectInputChecks,
  type InputToVerify,
  type ScriptErrorCode,
  SighashCache,
  type SignatureCheck,
  verifyInput,
  verifySignatureCheck,
} from '@ply/script'
import type { Coin } from './coin.ts'

/** An input whose scripts failed. The block rules and the mempool each give it their own reject reason. */
export interface ScriptFailure {
  readonly tx: Transaction
  readonly inputIndex: number
  readonly error: ScriptErrorCode
}

/** An input whose scripts pass if all of `checks` do. */
export interface CollectedScript {
  readonly input: InputToVerify
  readonly checks: readonly SignatureCheck[]
}

/** Bitcoin Core's words for where a script failed. */
export function describeScriptFailure({ tx, inputIndex }: ScriptFailure): string {
  const { txid, index } = tx.inputs[inputIndex]!.prevout
  const self = `${hashToDisplay(computeTxid(tx))} (wtxid ${hashToDisplay(computeWtxid(tx))})`
  return `input ${inputIndex} of ${self}, spending ${hashToDisplay(txid)}:${index}`
}

const createSighashCache = (tx: Transaction, coins: readonly Coin[]): SighashCache =>
  new SighashCache(
    tx,
    coins.map((coin) => coin.output),
  )

/** Runs the scripts of all inputs and verifies their signatures at once. `coins` are those spent, in order. */
export function checkInputScripts(
  tx: Transaction,
  coins: readonly Coin[],
  flags: number,
): Result<undefined, ScriptFailure> {
  const cache = createSighashCache(tx, coins)
  for (let inputIndex = 0; inputIndex < tx.inputs.length; inputIndex++) {
    const verdict = verifyInput({ cache, inputIndex, flags })
    if (!verdict.ok) return err({ tx, inputIndex, error: verdict.error })
  }
  return ok(undefined)
}

/** Runs the scripts of all inputs as if every signature were good; those are returned, to be verified later. */
export function collectInputScripts(
  tx: Transaction,
  coins: readonly Coin[],
  flags: number,
): Result<readonly CollectedScript[], ScriptFailure> {
  const cache = createSighashCache(tx, coins)
  const collected: CollectedScript[] = []
  for (let inputIndex = 0; inputIndex < tx.inputs.length; inputIndex++) {
    const input = { cache, inputIndex, flags }
    const checks = collectInputChecks(input)
    if (!checks.ok) return err({ tx, inputIndex, error: checks.error })
    if (checks.value.length > 0) collected.push({ input, checks: checks.value })
  }
  return ok(collected)
}

/**
 * The verdict on collected scripts. `isGood` answers for each signature (from a worker pool's results, a cache, or by
 * default the curve). A script with a bad one is run again, alone, with immediate checks: it may want a bad signature,
 * and only the interpreter can say which error it ends with.
 */
export function settleCollectedScripts(
  scripts: readonly CollectedScript[],
  isGood: (check: SignatureCheck) => boolean = verifySignatureCheck,
): Result<undefined, ScriptFailure> {
  for (const { input, checks } of scripts) {
    if (checks.every(isGood)) continue
    const verdict = verifyInput(input)
    if (!verdict.ok) return err({ tx: input.cache.tx, inputIndex: input.inputIndex, error: verdict.error })
  }
  return ok(undefined)
}
