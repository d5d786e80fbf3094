import { bytesToHex, concatBytes, equalBytes } from '@ply/bytes'
import {
  hash160,
  musigKeyAgg,
  musigNonceAgg,
  musigPartialSigAgg,
  musigPlainPubkey,
  type MusigTweak,
  schnorrVerify,
} from '@ply/crypto'
import {
  computeTaprootOutputKey,
  computeTaprootSighash,
  computeTapTweak,
  deriveAggregate,
  type KeyOrigin,
  SIGHASH_DEFAULT,
  SighashCache,
} from '@ply/script'
import { INPUT } from './fieldType.ts'
import { psbtInputKeys } from './keyOrigins.ts'
import { type Psbt, psbtPrevout } from './psbt.ts'
import { type PsbtEntry, type PsbtMap, psbtEntries, psbtUint32, psbtValue } from './psbtMap.ts'

const KEY_SIZE = 33
const EMPTY = new Uint8Array(0)

/** A key that several sign for together, and the tweaks between their aggregate and it. */
interface SharedKey {
  readonly participants: readonly Uint8Array[]
  /** As nonces and partial signatures name it: 33 bytes. */
  readonly plainKey: Uint8Array
  readonly tweaks: readonly MusigTweak[]
}

const participantsOf = ({ value }: PsbtEntry): readonly Uint8Array[] =>
  Array.from({ length: value.length / KEY_SIZE }, (_, i) => value.slice(i * KEY_SIZE, (i + 1) * KEY_SIZE))

function originOf(map: PsbtMap, xOnlyKey: Uint8Array): KeyOrigin | undefined {
  return psbtInputKeys(map).find(({ publicKey }) => equalBytes(publicKey, xOnlyKey))?.origin
}

/** The key of a script as an aggregate of BIP 373, or as one derived from it (BIP 328); undefined if it is neither. */
function shareOf(map: PsbtMap, entry: PsbtEntry, xOnlyKey: Uint8Array): SharedKey | undefined {
  const aggregate = entry.keyData
  const participants = participantsOf(entry)
  const computed = musigKeyAgg(participants)
  if (!computed.ok || !equalBytes(musigPlainPubkey(computed.value), aggregate)) return undefined
  if (equalBytes(aggregate.subarray(1), xOnlyKey)) return { participants, plainKey: aggregate, tweaks: [] }
  const origin = originOf(map, xOnlyKey)
  if (!origin || origin.fingerprint !== bytesToHex(hash160(aggregate).subarray(0, 4))) return undefined
  if (origin.path.some((step) => step >= 0x80000000)) return undefined
  const { publicKey, tweaks } = deriveAggregate(aggregate, origin.path)
  if (!equalBytes(publicKey.subarray(1), xOnlyKey)) return undefined
  return { participants, plainKey: publicKey, tweaks: tweaks.map((tweak) => ({ tweak, mode: 'plain' as const })) }
}

/** What each participant gave, in their order; undefined while one has not. */
function contributions(
  map: PsbtMap,
  type: number,
  { participants, plainKey }: SharedKey,
  leafHash: Uint8Array,
): readonly Uint8Array[] | undefined {
  const found = participants.map((participant) => {
    const key = concatBytes(participant, plainKey, leafHash)
    return psbtEntries(map, type).find(({ keyData }) => equalBytes(keyData, key))?.value
  })
  const given = found.filter((value) => value !== undefined)
  return given.length === found.length ? given : undefined
}

function messageOf(psbt: Psbt, index: number, hashType: number, leafHash: Uint8Array): Uint8Array | undefined {
  const spent = psbt.inputs.map((_, i) => psbtPrevout(psbt, i))
  // BIP 341 signs the outputs that all inputs spend.
  if (spent.includes(undefined)) return undefined
  const request = { inputIndex: index, hashType, ...(leafHash.length > 0 ? { leafHash } : {}) }
  return computeTaprootSighash(new SighashCache(psbt.tx, spent), request)
}

/** BIP 327's PartialSigAgg over the fields of BIP 373, if everybody has signed and the result is good. */
function aggregate(psbt: Psbt, index: number, shared: SharedKey, leafHash: Uint8Array): Uint8Array | undefined {
  const map = psbt.inputs[index]!
  const nonces = contributions(map, INPUT.musig2PublicNonce, shared, leafHash)
  const partialSignatures = contributions(map, INPUT.musig2PartialSig, shared, leafHash)
  const hashType = psbtUint32(map, INPUT.sighashType) ?? SIGHASH_DEFAULT
  const message = nonces && partialSignatures && messageOf(psbt, index, hashType, leafHash)
  if (!message) return undefined
  const aggregateNonce = musigNonceAgg(nonces)
  if (!aggregateNonce.ok) return undefined
  const { participants: publicKeys, tweaks, plainKey } = shared
  const session = { aggregateNonce: aggregateNonce.value, publicKeys, tweaks, message }
  const signature = musigPartialSigAgg(partialSignatures, session)
  if (!signature.ok || !schnorrVerify(message, signature.value, plainKey.subarray(1))) return undefined
  return hashType === SIGHASH_DEFAULT ? signature.value : concatBytes(signature.value, Uint8Array.of(hashType))
}

/** The first signature that participants of any aggregate have made together for a key. */
function findSignature(
  psbt: Psbt,
  index: number,
  { key, leafHash }: { readonly key: Uint8Array; readonly leafHash: Uint8Array },
  tweak: (shared: SharedKey) => SharedKey | undefined = (shared) => shared,
): Uint8Array | undefined {
  const map = psbt.inputs[index]!
  for (const entry of psbtEntries(map, INPUT.musig2Participants)) {
    const shared = shareOf(map, entry, key)
    const tweaked = shared && tweak(shared)
    const signature = tweaked && aggregate(psbt, index, tweaked, leafHash)
    if (signature) return signature
  }
  return undefined
}

/** The signature of an aggregate key for a leaf (BIP 373), if all participants have signed. */
export const aggregateLeafSignature = (
  psbt: Psbt,
  index: number,
  leaf: { readonly key: Uint8Array; readonly leafHash: Uint8Array },
): Uint8Array | undefined => findSignature(psbt, index, leaf)

/** The signature of an aggregate that is the internal key, or the output key itself, if all participants have signed. */
export function aggregateKeyPathSignature(psbt: Psbt, index: number, outputKey: Uint8Array): Uint8Array | undefined {
  const map = psbt.inputs[index]!
  const internalKey = psbtValue(map, INPUT.tapInternalKey)
  const merkleRoot = psbtValue(map, INPUT.tapMerkleRoot)
  const tweaked = internalKey && computeTaprootOutputKey(internalKey, merkleRoot)
  const signature =
    tweaked &&
    findSignature(psbt, index, { key: internalKey, leafHash: EMPTY }, ({ participants, tweaks }) => ({
      participants,
      plainKey: concatBytes(Uint8Array.of(2 + tweaked.parity), tweaked.publicKey),
      tweaks: [...tweaks, { tweak: computeTapTweak(internalKey, merkleRoot), mode: 'xonly' }],
    }))
  return signature ?? findSignature(psbt, index, { key: outputKey, leafHash: EMPTY })
}
