import { concatBytes } from '@ply/bytes'
import { musigPartialSigAgg, schnorrVerify } from '@ply/crypto'
import { SIGHASH_DEFAULT } from '@ply/script'
import { INPUT } from '../fieldType.ts'
import type { Psbt } from '../psbt.ts'
import { allContributions, createSession, sharedMessage, sharedSighashType } from './session.ts'
import { keyPathSharedKeys, leafSharedKeys, type SharedKey } from './sharedKey.ts'

/** BIP 327's PartialSigAgg over the fields of BIP 373, if everybody has signed and the result is good. */
function aggregate(psbt: Psbt, index: number, shared: SharedKey): Uint8Array | undefined {
  const map = psbt.inputs[index]!
  const publicNonces = allContributions(map, INPUT.musig2PublicNonce, shared)
  const partialSignatures = allContributions(map, INPUT.musig2PartialSig, shared)
  const message = publicNonces && partialSignatures && sharedMessage(psbt, index, shared)
  if (!message) return undefined
  const session = createSession(shared, publicNonces, message)
  const signature = session.ok ? musigPartialSigAgg(partialSignatures, session.value) : session
  if (!signature.ok || !schnorrVerify(message, signature.value, shared.plainKey.subarray(1))) return undefined
  const hashType = sharedSighashType(map)
  return hashType === SIGHASH_DEFAULT ? signature.value : concatBytes(signature.value, Uint8Array.of(hashType))
}

/** The first signature that participants of any aggregate have made together. */
function firstSignature(psbt: Psbt, index: number, candidates: readonly SharedKey[]): Uint8Array | undefined {
  for (const shared of candidates) {
    const signature = aggregate(psbt, index, shared)
    if (signature) return signature
  }
  return undefined
}

/** The signature of an aggregate key for a leaf (BIP 373), if all participants have signed. */
export const aggregateLeafSignature = (
  psbt: Psbt,
  index: number,
  leaf: { readonly key: Uint8Array; readonly leafHash: Uint8Array },
): Uint8Array | undefined => firstSignature(psbt, index, leafSharedKeys(psbt.inputs[index]!, leaf))

/** The signature of an aggregate that is the internal key, or the output key itself, if all participants have signed. */
export const aggregateKeyPathSignature = (psbt: Psbt, index: number, outputKey: Uint8Array): Uint8Array | undefined =>
  firstSignature(psbt, index, keyPathSharedKeys(psbt.inputs[index]!, outputKey))
