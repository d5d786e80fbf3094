import { err, ok, type Result } from '@ply/bytes'
import type { OutPoint, Transaction, TxOutput } from '@ply/primitives'
import { isP2pkh, type ScriptErrorCode, SighashCache, verifyScript } from '@ply/script'
import { extractTransaction } from '../psbt/finalizePsbt.ts'
import { checkToSign } from './checkToSign.ts'
import { type MessageToVerify, verifyLegacyMessage } from './legacyMessage.ts'
import { decodeMessageSignature, isPrefixed, type MessageSignature } from './messageSignature.ts'
import type { MessageViolation } from './messageViolation.ts'
import { findProvenOutputs } from './provenOutputs.ts'
import { MessageSignatureChecker, REQUIRED_FLAGS, UPGRADEABLE_FLAGS } from './requiredRules.ts'
import { createToSign, createToSpend } from './virtualTransactions.ts'

/** A coin that the signer controls, if the coins set holds just this output at this outpoint: only a chain can tell. */
export interface ProvenCoin {
  readonly prevout: OutPoint
  readonly output: TxOutput
}

/** BIP 322's outcomes other than invalid. */
export type MessageVerdict =
  | {
      readonly state: 'valid'
      readonly format: 'legacy' | MessageSignature['format']
      /** T: the signer can spend from this nLockTime on. */
      readonly lockTime: number
      /** S: nSequence of the first input, the age that the coins must have. */
      readonly sequence: number
      readonly provenCoins: readonly ProvenCoin[]
    }
  /** Valid today, but by something that a soft fork may give a meaning. */
  | { readonly state: 'inconclusive'; readonly reason: 'to-sign-version' | ScriptErrorCode }

interface SignedTransaction {
  readonly format: MessageSignature['format']
  readonly toSign: Transaction
  readonly spentOutputs: readonly TxOutput[]
}

function rebuild(signature: MessageSignature, toSpend: Transaction): Result<SignedTransaction, MessageViolation> {
  const { format } = signature
  const challenge = toSpend.outputs[0]!
  switch (signature.format) {
    case 'simple': {
      const unsigned = createToSign(toSpend)
      const inputs = unsigned.inputs.map((input) => ({ ...input, witness: signature.witness }))
      return ok({ format, toSign: { ...unsigned, inputs }, spentOutputs: [challenge] })
    }
    case 'full': {
      const { toSign } = signature
      // Further inputs are a proof of funds, which brings the outputs it spends.
      if (toSign.inputs.length > 1) return err({ code: 'missing-utxo', inputIndex: 1 })
      return ok({ format, toSign, spentOutputs: [challenge] })
    }
    case 'full-pof': {
      const toSign = extractTransaction(signature.psbt)
      if (!toSign.ok) return err({ code: toSign.error })
      const proven = findProvenOutputs(signature.psbt, toSign.value)
      return proven.ok ? ok({ format, toSign: toSign.value, spentOutputs: [challenge, ...proven.value] }) : proven
    }
  }
}

/** The first input whose scripts fail under `flags`. */
function findScriptFailure(
  { toSign, spentOutputs }: SignedTransaction,
  flags: number,
): { readonly inputIndex: number; readonly error: ScriptErrorCode } | undefined {
  const cache = new SighashCache(toSign, spentOutputs)
  for (const [inputIndex, { scriptSig, witness }] of toSign.inputs.entries()) {
    const { scriptPubKey } = cache.spentOutput(inputIndex)
    const checker = new MessageSignatureChecker(cache, inputIndex)
    const verdict = verifyScript({ scriptSig, scriptPubKey, witness, flags, checker })
    if (!verdict.ok) return { inputIndex, error: verdict.error }
  }
  return undefined
}

/**
 * Verifies a signed message: BIP 322 in every format, and for P2PKH without prefix the legacy format. Time locks are
 * reported, not judged. Violations: {@link MessageViolation}, BIP 322's state "invalid".
 */
export function verifyMessage(request: MessageToVerify): Result<MessageVerdict, MessageViolation> {
  const { scriptPubKey, message, signature } = request
  if (isP2pkh(scriptPubKey) && !isPrefixed(signature)) {
    const legacy = verifyLegacyMessage(request)
    if (!legacy.ok) return err({ code: legacy.error })
    return ok({ state: 'valid', format: 'legacy', lockTime: 0, sequence: 0, provenCoins: [] })
  }
  const decoded = decodeMessageSignature(signature)
  if (!decoded.ok) return err({ code: 'bad-encoding', error: decoded.error })
  const toSpend = createToSpend(scriptPubKey, message)
  const signed = rebuild(decoded.value, toSpend)
  if (!signed.ok) return signed
  const { format, toSign, spentOutputs } = signed.value
  const shape = checkToSign(toSign, toSpend, spentOutputs)
  if (!shape.ok) return shape

  const failure = findScriptFailure(signed.value, REQUIRED_FLAGS)
  if (failure) return err({ code: 'script-failed', ...failure })
  if (toSign.version !== 0 && toSign.version !== 2) return ok({ state: 'inconclusive', reason: 'to-sign-version' })
  const upgradeable = findScriptFailure(signed.value, REQUIRED_FLAGS | UPGRADEABLE_FLAGS)
  if (upgradeable) return ok({ state: 'inconclusive', reason: upgradeable.error })
  const provenCoins = toSign.inputs.slice(1).map(({ prevout }, i) => ({ prevout, output: spentOutputs[i + 1]! }))
  const { lockTime } = toSign
  return ok({ state: 'valid', format, lockTime, sequence: toSign.inputs[0]!.sequence, provenCoins })
}
