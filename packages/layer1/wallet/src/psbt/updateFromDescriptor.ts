import { bytesToHex, ByteWriter, compareBytes, concatBytes } from '@ply/bytes'
import { musigKeySort } from '@ply/crypto'
import { type DerivedKey, type DerivedOutput, isP2tr, type TaprootOutput } from '@ply/script'
import { INPUT, OUTPUT } from './fieldType.ts'
import { encodeKeyOrigin, encodeTapKeyOrigin } from './keyOrigins.ts'
import { type PsbtMap, setPsbtEntry, setPsbtValue } from './psbtMap.ts'

type Types = typeof INPUT | typeof OUTPUT

interface Naming {
  readonly types: Types
  /** Whether keys are named with where they come from. */
  readonly origins: boolean
}

/** The key and, of an aggregate, its participants: a signer looks for its own among all that have an origin. */
const namedKeys = (key: DerivedKey): readonly DerivedKey[] => [key, ...(key.participants ?? [])]

/** The hashes of the leaves that each key stands in, by the key in hexadecimal (BIP 371). */
function leafHashesByKey({ taproot, leafKeys = [] }: DerivedOutput): ReadonlyMap<string, readonly Uint8Array[]> {
  const hashes = new Map<string, Map<string, Uint8Array>>()
  leafKeys.forEach((keys, place) => {
    const { leafHash } = taproot!.leaves[place]!
    for (const { publicKey } of keys.flatMap(namedKeys)) {
      const id = bytesToHex(publicKey.subarray(1))
      const known = hashes.get(id) ?? new Map<string, Uint8Array>()
      hashes.set(id, known.set(bytesToHex(leafHash), leafHash))
    }
  })
  return new Map([...hashes].map(([id, known]) => [id, [...known.values()].sort(compareBytes)]))
}

/** BIP 373: which keys an aggregate is made of, in the order of its making. */
function setParticipants(map: PsbtMap, { aggregateKey, participants }: DerivedKey, types: Types): PsbtMap {
  if (!aggregateKey || !participants) return map
  const value = concatBytes(...musigKeySort(participants.map(({ publicKey }) => publicKey)))
  return setPsbtEntry(map, { type: types.musig2Participants, keyData: aggregateKey, value })
}

function setTaprootKeys(map: PsbtMap, derived: DerivedOutput, { types, origins }: Naming): PsbtMap {
  const hashes = leafHashesByKey(derived)
  // An output key by itself has no internal key.
  const start = derived.taproot ? setPsbtValue(map, types.tapInternalKey, derived.keys[0]!.publicKey.slice(1)) : map
  const shared = derived.keys.reduce((current, key) => setParticipants(current, key, types), start)
  const named = origins ? derived.keys.flatMap(namedKeys) : []
  return named.reduce((current, { publicKey, origin }) => {
    const keyData = publicKey.slice(1)
    const value = encodeTapKeyOrigin(origin, hashes.get(bytesToHex(keyData)) ?? [])
    return setPsbtEntry(current, { type: types.tapBip32Derivation, keyData, value })
  }, shared)
}

const setKeys = (map: PsbtMap, keys: readonly DerivedKey[], types: Types): PsbtMap =>
  keys.reduce(
    (current, { publicKey, origin }) =>
      setPsbtEntry(current, { type: types.bip32Derivation, keyData: publicKey, value: encodeKeyOrigin(origin) }),
    map,
  )

/** Scripts and keys that input and output maps have in common. */
function setScripts(map: PsbtMap, derived: DerivedOutput, naming: Naming): PsbtMap {
  const { types, origins } = naming
  let next = map
  if (derived.redeemScript) next = setPsbtValue(next, types.redeemScript, derived.redeemScript)
  if (derived.witnessScript) next = setPsbtValue(next, types.witnessScript, derived.witnessScript)
  if (isP2tr(derived.scriptPubKey)) return setTaprootKeys(next, derived, naming)
  return origins ? setKeys(next, derived.keys, types) : next
}

/**
 * BIP 174's Updater for an input that spends a descriptor's output: scripts, keys, tapscripts; UTXOs not. Without
 * `origins` nothing tells where keys come from.
 */
export function setDerivedInput(map: PsbtMap, derived: DerivedOutput, { origins = true } = {}): PsbtMap {
  const next = setScripts(map, derived, { types: INPUT, origins })
  const root = derived.taproot?.merkleRoot
  const withRoot = root ? setPsbtValue(next, INPUT.tapMerkleRoot, root) : next
  return (derived.taproot?.leaves ?? []).reduce((current, { script, leafVersion, controlBlock }) => {
    const value = concatBytes(script, Uint8Array.of(leafVersion))
    return setPsbtEntry(current, { type: INPUT.tapLeafScript, keyData: controlBlock, value })
  }, withRoot)
}

/** BIP 371: the leaves in depth-first order, each with its depth; from right to left, as Bitcoin Core writes them. */
function encodeTapTree({ leaves }: TaprootOutput): Uint8Array {
  const writer = new ByteWriter(256)
  for (const { script, leafVersion, controlBlock } of leaves.toReversed()) {
    writer
      .u8((controlBlock.length - 33) / 32)
      .u8(leafVersion)
      .varBytes(script)
  }
  return writer.finish()
}

/** BIP 174's Updater for an output that pays to a descriptor: lets signers see that it is their change. */
export function setDerivedOutput(map: PsbtMap, derived: DerivedOutput): PsbtMap {
  const next = setScripts(map, derived, { types: OUTPUT, origins: true })
  const { taproot } = derived
  return taproot && taproot.leaves.length > 0 ? setPsbtValue(next, OUTPUT.tapTree, encodeTapTree(taproot)) : next
}
