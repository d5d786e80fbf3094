import { bytesToHex, concatBytes, equalBytes } from '@ply/bytes'
import { HARDENED, hash160, musigKeyAgg, musigPlainPubkey, type MusigTweak } from '@ply/crypto'
import { computeTaprootOutputKey, computeTapTweak, deriveAggregate, type KeyOrigin } from '@ply/script'
import { INPUT } from '../fieldType.ts'
import { psbtInputKeys } from '../keyOrigins.ts'
import { type PsbtLeaf, psbtLeaves } from '../leafScripts.ts'
import { mentionsKey } from '../mentionsKey.ts'
import { type PsbtEntry, type PsbtMap, psbtEntries, psbtValue } from '../psbtMap.ts'

const KEY_SIZE = 33
const NO_LEAF = new Uint8Array(0)

/** A key that several sign for together, and where its signature is to stand. */
export interface SharedKey {
  /** 33 bytes each, in the order of their aggregation. */
  readonly participants: readonly Uint8Array[]
  /** As nonces and partial signatures name it, and as it verifies: 33 bytes, all tweaks applied. */
  readonly plainKey: Uint8Array
  /** What lies between the aggregate of the participants and `plainKey`. */
  readonly tweaks: readonly MusigTweak[]
  /** Of the tapscript that the key stands in; empty for the key path. */
  readonly leafHash: Uint8Array
}

const participantsOf = ({ value }: PsbtEntry): readonly Uint8Array[] =>
  Array.from({ length: value.length / KEY_SIZE }, (_, i) => value.slice(i * KEY_SIZE, (i + 1) * KEY_SIZE))

const honest = new WeakMap<PsbtEntry, boolean>()

/** Whether an entry's key is what its participants add up to: whoever lists other keys could have a wrong one signed. */
function isAggregate(entry: PsbtEntry): boolean {
  let known = honest.get(entry)
  if (known === undefined) {
    const computed = musigKeyAgg(participantsOf(entry))
    known = computed.ok && equalBytes(musigPlainPubkey(computed.value), entry.keyData)
    honest.set(entry, known)
  }
  return known
}

const originOf = (map: PsbtMap, xOnlyKey: Uint8Array): KeyOrigin | undefined =>
  psbtInputKeys(map).find(({ publicKey }) => equalBytes(publicKey, xOnlyKey))?.origin

/** How a key comes of an aggregate: as it is, or by BIP 328 along the path of its origin; undefined if it does not. */
function deriveShared(
  map: PsbtMap,
  aggregate: Uint8Array,
  xOnlyKey: Uint8Array,
): Pick<SharedKey, 'plainKey' | 'tweaks'> | undefined {
  if (equalBytes(aggregate.subarray(1), xOnlyKey)) return { plainKey: aggregate, tweaks: [] }
  const origin = originOf(map, xOnlyKey)
  if (!origin || origin.fingerprint !== bytesToHex(hash160(aggregate).subarray(0, 4))) return undefined
  if (origin.path.some((step) => step >= HARDENED)) return undefined
  const { publicKey, tweaks } = deriveAggregate(aggregate, origin.path)
  if (!equalBytes(publicKey.subarray(1), xOnlyKey)) return undefined
  return { plainKey: publicKey, tweaks: tweaks.map((tweak) => ({ tweak, mode: 'plain' as const })) }
}

/** Every aggregate of a map (BIP 373) that a key is, or is derived from. */
function sharedKeysOf(map: PsbtMap, xOnlyKey: Uint8Array, leafHash: Uint8Array): readonly SharedKey[] {
  return psbtEntries(map, INPUT.musig2Participants).flatMap((entry) => {
    const derived = deriveShared(map, entry.keyData, xOnlyKey)
    return derived && isAggregate(entry) ? [{ participants: participantsOf(entry), ...derived, leafHash }] : []
  })
}

/** BIP 341's tweak on the way from the internal key to the output key, as the last one. */
function tweakToOutputKey(shared: SharedKey, internalKey: Uint8Array, merkleRoot: Uint8Array | undefined): SharedKey[] {
  const output = computeTaprootOutputKey(internalKey, merkleRoot)
  if (!output) return []
  return [
    {
      ...shared,
      plainKey: concatBytes(Uint8Array.of(2 + output.parity), output.publicKey),
      tweaks: [...shared.tweaks, { tweak: computeTapTweak(internalKey, merkleRoot), mode: 'xonly' }],
    },
  ]
}

/** The shared keys that the key path can be signed with: the internal key's, tweaked, and the output key's own. */
export function keyPathSharedKeys(map: PsbtMap, outputKey: Uint8Array): readonly SharedKey[] {
  const internalKey = psbtValue(map, INPUT.tapInternalKey)
  const merkleRoot = psbtValue(map, INPUT.tapMerkleRoot)
  const internal = internalKey
    ? sharedKeysOf(map, internalKey, NO_LEAF)
        .flatMap((shared) => tweakToOutputKey(shared, internalKey, merkleRoot))
        .filter(({ plainKey }) => equalBytes(plainKey.subarray(1), outputKey))
    : []
  return [...internal, ...sharedKeysOf(map, outputKey, NO_LEAF)]
}

/** The shared keys behind one key of a tapscript. */
export const leafSharedKeys = (
  map: PsbtMap,
  { key, leafHash }: { readonly key: Uint8Array; readonly leafHash: Uint8Array },
): readonly SharedKey[] => sharedKeysOf(map, key, leafHash)

/** The keys of a map, x-only, that stand in a tapscript: those with an origin, and aggregates. */
function keysIn(map: PsbtMap, { script }: PsbtLeaf): readonly Uint8Array[] {
  const named = psbtInputKeys(map).map(({ publicKey }) => publicKey)
  const aggregates = psbtEntries(map, INPUT.musig2Participants).map(({ keyData }) => keyData.subarray(1))
  const found = new Map([...named, ...aggregates].map((key) => [bytesToHex(key), key]))
  return [...found.values()].filter((key) => mentionsKey(script, key))
}

/** Every shared key that can sign for a taproot input: by the key path, and in its leaves. */
export function inputSharedKeys(map: PsbtMap, outputKey: Uint8Array): readonly SharedKey[] {
  if (psbtEntries(map, INPUT.musig2Participants).length === 0) return []
  const inLeaves = psbtLeaves(map, outputKey).flatMap((leaf) =>
    keysIn(map, leaf).flatMap((key) => leafSharedKeys(map, { key, leafHash: leaf.leafHash })),
  )
  return [...keyPathSharedKeys(map, outputKey), ...inLeaves]
}
