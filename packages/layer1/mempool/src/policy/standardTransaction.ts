import { ok, type Result } from '@ply/bytes'
import { invalidTx, type TxViolation } from '@ply/consensus'
import { strippedSize, type Transaction, transactionWeight } from '@ply/primitives'
import { classifyOutput, type OutputClass, isPushOnly } from '@ply/script'
import { findDust } from './dust.ts'
import {
  MAX_DUST_OUTPUTS_PER_TX,
  MAX_STANDARD_SCRIPTSIG_SIZE,
  MAX_STANDARD_TX_VERSION,
  MAX_STANDARD_TX_WEIGHT,
  MIN_STANDARD_TX_NONWITNESS_SIZE,
  MIN_STANDARD_TX_VERSION,
} from './limits.ts'
import type { MempoolOptions } from './options.ts'

/**
 * The form of a transaction that is relayed, as far as it shows without its inputs. Violations `version`, `tx-size`,
 * `scriptsig-size`, `scriptsig-not-pushonly`, `scriptpubkey`, `datacarrier`, `bare-multisig`, `dust`.
 */
export function checkStandardTransaction(tx: Transaction, options: MempoolOptions): Result<undefined, TxViolation> {
  const reason =
    (tx.version < MIN_STANDARD_TX_VERSION || tx.version > MAX_STANDARD_TX_VERSION ? 'version' : undefined) ??
    (transactionWeight(tx) > MAX_STANDARD_TX_WEIGHT ? 'tx-size' : undefined) ??
    inputReason(tx) ??
    outputReason(tx, options) ??
    (findDust(tx, options.dustFeeRate).length > MAX_DUST_OUTPUTS_PER_TX ? 'dust' : undefined)
  return reason === undefined ? ok(undefined) : invalidTx('not-standard', reason)
}

function inputReason(tx: Transaction): string | undefined {
  for (const { scriptSig } of tx.inputs) {
    if (scriptSig.length > MAX_STANDARD_SCRIPTSIG_SIZE) return 'scriptsig-size'
    if (!isPushOnly(scriptSig)) return 'scriptsig-not-pushonly'
  }
  return undefined
}

function outputReason(tx: Transaction, options: MempoolOptions): string | undefined {
  let datacarrierLeft = options.maxDatacarrierBytes ?? 0
  for (const { scriptPubKey } of tx.outputs) {
    const output = classifyOutput(scriptPubKey)
    if (!isStandardOutput(output)) return 'scriptpubkey'
    if (output.type === 'nulldata') {
      datacarrierLeft -= scriptPubKey.length
      if (datacarrierLeft < 0) return 'datacarrier'
    } else if (output.type === 'multisig' && !options.permitBareMultisig) {
      return 'bare-multisig'
    }
  }
  return undefined
}

/** Every template but multisig of more than three keys. */
function isStandardOutput(output: OutputClass): boolean {
  return output.type !== 'nonstandard' && (output.type !== 'multisig' || output.publicKeys.length <= 3)
}

/** Violation `tx-size-small`, standard or not. */
export function checkNotTooSmall(tx: Transaction): Result<undefined, TxViolation> {
  return strippedSize(tx) < MIN_STANDARD_TX_NONWITNESS_SIZE ? invalidTx('not-standard', 'tx-size-small') : ok(undefined)
}
