import { compareBytes } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { INPUT, OUTPUT } from './fieldType.ts'
import type { PsbtEntry, PsbtMap } from './psbtMap.ts'

/** What an input needs until it is final (BIP 174): of no use afterwards. */
const UNTIL_FINAL: readonly number[] = [
  ...[INPUT.partialSig, INPUT.sighashType, INPUT.redeemScript, INPUT.witnessScript, INPUT.bip32Derivation],
  ...[INPUT.ripemd160, INPUT.sha256, INPUT.hash160, INPUT.hash256],
  ...[INPUT.tapKeySig, INPUT.tapScriptSig, INPUT.tapLeafScript, INPUT.tapBip32Derivation],
  ...[INPUT.tapInternalKey, INPUT.tapMerkleRoot],
  ...[INPUT.musig2Participants, INPUT.musig2PublicNonce, INPUT.musig2PartialSig],
]
const INPUT_ORDER: readonly number[] = [
  ...[INPUT.nonWitnessUtxo, INPUT.witnessUtxo, ...UNTIL_FINAL, INPUT.finalScriptSig, INPUT.finalScriptWitness],
  ...[INPUT.previousTxid, INPUT.outputIndex, INPUT.sequence, INPUT.requiredTimeLockTime, INPUT.requiredHeightLockTime],
  INPUT.proprietary,
]
const OUTPUT_ORDER: readonly number[] = [
  ...[OUTPUT.redeemScript, OUTPUT.witnessScript, OUTPUT.bip32Derivation, OUTPUT.amount, OUTPUT.script],
  ...[OUTPUT.proprietary, OUTPUT.tapInternalKey, OUTPUT.tapTree, OUTPUT.tapBip32Derivation, OUTPUT.musig2Participants],
]

const KEY_LENGTH = 33

/** What pairs of one type stand in the order of. */
function sortKeys({ type, keyData, value }: PsbtEntry): readonly Uint8Array[] {
  switch (type) {
    case INPUT.partialSig:
      return [hash160(keyData)]
    case INPUT.tapLeafScript:
      return [value, Uint8Array.of(keyData.length >> 8, keyData.length), keyData]
    case INPUT.musig2PublicNonce:
    case INPUT.musig2PartialSig:
      return [keyData.subarray(KEY_LENGTH), keyData]
    default:
      return [keyData]
  }
}

function sortMap(map: PsbtMap, order: readonly number[], keysOf: typeof sortKeys): PsbtMap {
  const rankOf = (type: number): number => (order.includes(type) ? order.indexOf(type) : order.length + type)
  const placed = map.map((entry) => ({ entry, rank: rankOf(entry.type), keys: keysOf(entry) }))
  placed.sort((a, b) => {
    if (a.rank !== b.rank) return a.rank - b.rank
    return a.keys.reduce((sign, key, i) => sign || compareBytes(key, b.keys[i]!), 0)
  })
  return placed.map(({ entry }) => entry)
}

/** An input's pairs as Bitcoin Core writes them: in its order, and without what nobody needs any more. */
export function orderInput(map: PsbtMap): PsbtMap {
  const isFinal = map.some(({ type }) => type === INPUT.finalScriptSig || type === INPUT.finalScriptWitness)
  const needed = isFinal ? map.filter(({ type }) => !UNTIL_FINAL.includes(type)) : map
  return sortMap(needed, INPUT_ORDER, sortKeys)
}

/** An output's pairs in Bitcoin Core's order. */
export const orderOutput = (map: PsbtMap): PsbtMap => sortMap(map, OUTPUT_ORDER, ({ keyData }) => [keyData])
