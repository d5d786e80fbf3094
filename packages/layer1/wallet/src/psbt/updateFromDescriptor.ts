import { bytesToHex, ByteWriter, concatBytes } from '@ply/bytes'
import { type DerivedKey, type DerivedOutput, isP2tr, type TaprootOutput } from '@ply/script'
import { INPUT, OUTPUT } from './fieldType.ts'
import { encodeKeyOrigin, encodeTapKeyOrigin } from './keyOrigins.ts'
import { type PsbtMap, setPsbtEntry, setPsbtValue } from './psbtMap.ts'

type Types = typeof INPUT | typeof OUTPUT

/** The hashes of the leaves that each key stands in, by the key in hexadecimal (BIP 371). */
function leafHashesByKey({ taproot, leafKeys = [] }: DerivedOutput): ReadonlyMap<string, readonly Uint8Array[]> {
  const hashes = new Map<string, Uint8Array[]>()
  leafKeys.forEach((keys, place) => {
    for (const { publicKey } of keys) {
      const id = bytesToHex(publicKey.subarray(1))
      const { leafHash } = taproot!.leaves[place]!
      const known = hashes.get(id)
      if (known) known.push(leafHash)
      else hashes.set(id, [leafHash])
    }
  })
  return hashes
}

function setTaprootKeys(map: PsbtMap, derived: DerivedOutput, types: Types): PsbtMap {
  const hashes = leafHashesByKey(derived)
  // An output key by itself has no internal key.
  const start = derived.taproot ? setPsbtValue(map, types.tapInternalKey, derived.keys[0]!.publicKey.slice(1)) : map
  return derived.keys.reduce((current, { publicKey, origin }) => {
    const keyData = publicKey.slice(1)
    const value = encodeTapKeyOrigin(origin, hashes.get(bytesToHex(keyData)) ?? [])
    return setPsbtEntry(current, { type: types.tapBip32Derivation, keyData, value })
  }, start)
}

const setKeys = (map: PsbtMap, keys: readonly DerivedKey[], types: Types): PsbtMap =>
  keys.reduce(
    (current, { publicKey, origin }) =>
      setPsbtEntry(current, { type: types.bip32Derivation, keyData: publicKey, value: encodeKeyOrigin(origin) }),
    map,
  )

/** Scripts and keys that input and output maps have in common. */
function setScripts(map: PsbtMap, derived: DerivedOutput, types: Types): PsbtMap {
  let next = map
  if (derived.redeemScript) next = setPsbtValue(next, types.redeemScript, derived.redeemScript)
  if (derived.witnessScript) next = setPsbtValue(next, types.witnessScript, derived.witnessScript)
  return isP2tr(derived.scriptPubKey) ? setTaprootKeys(next, derived, types) : setKeys(next, derived.keys, types)
}

/** BIP 174's Updater for an input that spends a descriptor's output: scripts, keys, tapscripts; UTXOs not. */
export function setDerivedInput(map: PsbtMap, derived: DerivedOutput): PsbtMap {
  const next = setScripts(map, derived, INPUT)
  const root = derived.taproot?.merkleRoot
  const withRoot = root ? setPsbtValue(next, INPUT.tapMerkleRoot, root) : next
  return (derived.taproot?.leaves ?? []).reduce((current, { script, leafVersion, controlBlock }) => {
    const value = concatBytes(script, Uint8Array.of(leafVersion))
    return setPsbtEntry(current, { type: INPUT.tapLeafScript, keyData: controlBlock, value })
  }, withRoot)
}

/** BIP 371: the leaves in depth-first order, each with its depth. */
function encodeTapTree({ leaves }: TaprootOutput): Uint8Array {
  const writer = new ByteWriter(256)
  for (const { script, leafVersion, controlBlock } of leaves) {
    writer
      .u8((controlBlock.length - 33) / 32)
      .u8(leafVersion)
      .varBytes(script)
  }
  return writer.finish()
}

/** BIP 174's Updater for an output that pays to a descriptor: lets signers see that it is their change. */
export function setDerivedOutput(map: PsbtMap, derived: DerivedOutput): PsbtMap {
  const next = setScripts(map, derived, OUTPUT)
  const { taproot } = derived
  return taproot && taproot.leaves.length > 0 ? setPsbtValue(next, OUTPUT.tapTree, encodeTapTree(taproot)) : next
}
