import { bytesToHex } from '@ply/bytes'
import { isMoneyRange } from '@ply/primitives'
import { btcAmount, type JsonOutput } from '@ply/rpc'
import { isUnspendable } from '@ply/script'
import { chooseSighash, isPsbtInputVerified, type Psbt, psbtPrevout } from '@ply/wallet'
import { sumAmounts } from './decodePsbt.ts'
import { estimateVirtualSize } from './estimateSize.ts'
import { finalizeInputs, finalizeVerified, provesAmount } from './finalizePsbt.ts'
import { inspectInput, type MissingParts } from './missing.ts'

/** Who is next, in the order of their work (BIP 174). */
const ROLES = ['creator', 'updater', 'signer', 'finalizer', 'extractor'] as const
type Role = (typeof ROLES)[number]

interface InputAnalysis {
  readonly hasUtxo: boolean
  readonly isFinal: boolean
  readonly next: Role
  readonly missing?: MissingParts
}

function analyzeInput(psbt: Psbt, index: number): InputAnalysis {
  const spent = psbtPrevout(psbt, index)
  if (!spent) return { hasUtxo: false, isFinal: false, next: 'updater' }
  if (isPsbtInputVerified(psbt, index)) return { hasUtxo: true, isFinal: true, next: 'extractor' }
  if (!chooseSighash(psbt.inputs[index]!, spent.scriptPubKey, undefined).ok)
    return { hasUtxo: true, isFinal: false, next: 'updater' }
  if (finalizeVerified(psbt, index).complete) return { hasUtxo: true, isFinal: false, next: 'finalizer' }
  // A witness UTXO alone proves nothing to a signer from before segwit, who does not look further.
  if (!provesAmount(psbt, index)) return { hasUtxo: true, isFinal: false, next: 'updater' }
  const { missing } = inspectInput(psbt, index)
  const onlySignatures =
    missing.signatures.length > 0 && missing.pubkeys.length === 0 && !missing.redeemScript && !missing.witnessScript
  return { hasUtxo: true, isFinal: false, next: onlySignatures ? 'signer' : 'updater', missing }
}

const hashList = (hashes: readonly Uint8Array[]): JsonOutput => (hashes.length > 0 ? hashes.map(bytesToHex) : undefined)

function missingJson({ pubkeys, signatures, redeemScript, witnessScript }: MissingParts): JsonOutput {
  const missing = {
    pubkeys: hashList(pubkeys),
    redeemscript: redeemScript && bytesToHex(redeemScript),
    witnessscript: witnessScript && bytesToHex(witnessScript),
    signatures: hashList(signatures),
  }
  return Object.values(missing).some((part) => part !== undefined) ? missing : undefined
}

/** Why a PSBT can never become a transaction, in Bitcoin Core's words. */
function findFault(psbt: Psbt): string | undefined {
  let total = 0n
  for (const index of psbt.inputs.keys()) {
    const spent = psbtPrevout(psbt, index)
    if (!spent) continue
    if (!isMoneyRange(spent.value) || !isMoneyRange(total + spent.value)) {
      return `PSBT is not valid. Input ${index} has invalid value`
    }
    total += spent.value
    if (isUnspendable(spent.scriptPubKey)) return `PSBT is not valid. Input ${index} spends unspendable output`
  }
  return undefined
}

/** Fee and size, if all that is spent is known. */
function feeJson(psbt: Psbt, paid: bigint): Record<string, JsonOutput> {
  const spent = psbt.inputs.reduce((sum, _, i) => sum + psbtPrevout(psbt, i)!.value, 0n)
  const fee = spent - paid
  const size = estimateVirtualSize(finalizeInputs(psbt).psbt)
  if (size === undefined) return { fee: btcAmount(fee) }
  const perThousand = fee * 1000n
  const rate = perThousand / BigInt(size) - (perThousand < 0n && perThousand % BigInt(size) !== 0n ? 1n : 0n)
  return { estimated_vsize: size, estimated_feerate: btcAmount(rate), fee: btcAmount(fee) }
}

/** `analyzepsbt`. */
export function analyzeJson(psbt: Psbt): JsonOutput {
  const invalid = (error: string): JsonOutput => ({ next: 'creator', error })
  const fault = findFault(psbt)
  if (fault !== undefined) return invalid(fault)
  const inputs = psbt.inputs.map((_, index) => analyzeInput(psbt, index))
  const isKnown = inputs.every(({ hasUtxo }) => hasUtxo)
  const paid = sumAmounts(psbt.tx.outputs.map(({ value }) => value))
  if (isKnown && paid === undefined) return invalid('PSBT is not valid. Output amount invalid')
  const next = Math.min(ROLES.length - 1, ...inputs.map((input) => ROLES.indexOf(input.next)))
  return {
    inputs:
      inputs.length > 0
        ? inputs.map((input) => ({
            has_utxo: input.hasUtxo,
            is_final: input.isFinal,
            next: input.next,
            missing: input.missing && missingJson(input.missing),
          }))
        : undefined,
    ...(isKnown && paid !== undefined ? feeJson(psbt, paid) : {}),
    next: ROLES[next],
  }
}
