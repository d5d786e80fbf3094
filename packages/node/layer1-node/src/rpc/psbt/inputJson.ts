import { ByteReader, bytesToHex, compareBytes } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { hashToDisplay, type NetworkParameters, readOutput, type TxInput } from '@ply/primitives'
import { btcAmount, type JsonOutput } from '@ply/rpc'
import { scriptToAsm, sighashTypeName } from '@ply/script'
import {
  nonWitnessUtxo,
  PSBT_INPUT,
  type PsbtEntry,
  psbtEntries,
  type PsbtMap,
  psbtSighashType,
  psbtUint32,
  psbtValue,
} from '@ply/wallet'
import { scriptPubKeyJson } from '../json/scriptJson.ts'
import { transactionJson } from '../json/transactionJson.ts'
import {
  derivationsJson,
  hexJson,
  listJson,
  musigParticipantsJson,
  proprietaryJson,
  scriptJson,
  sortedEntries,
  tapDerivationsJson,
  unknownJson,
  valuesByKeyJson,
} from './fieldJson.ts'

function witnessUtxoJson(map: PsbtMap, network: NetworkParameters): JsonOutput {
  const encoded = psbtValue(map, PSBT_INPUT.witnessUtxo)
  if (!encoded) return undefined
  const { value, scriptPubKey } = readOutput(new ByteReader(encoded))
  return { amount: btcAmount(value), scriptPubKey: scriptPubKeyJson(scriptPubKey, { network }) }
}

/** Bitcoin Core keeps them by the hashes of their keys. */
function partialSignaturesJson(map: PsbtMap): JsonOutput {
  const entries = psbtEntries(map, PSBT_INPUT.partialSig)
  return valuesByKeyJson(entries.toSorted((a, b) => compareBytes(hash160(a.keyData), hash160(b.keyData))))
}

function finalScriptSigJson(map: PsbtMap): JsonOutput {
  const scriptSig = psbtValue(map, PSBT_INPUT.finalScriptSig)
  return scriptSig && { asm: scriptToAsm(scriptSig, true), hex: bytesToHex(scriptSig) }
}

function finalWitnessJson(map: PsbtMap): JsonOutput {
  const encoded = psbtValue(map, PSBT_INPUT.finalScriptWitness)
  if (!encoded) return undefined
  const reader = new ByteReader(encoded)
  return Array.from({ length: reader.compactSize() }, () => bytesToHex(reader.varBytes()))
}

/** What BIP 370 moved from the transaction into the map. */
function spendJson(map: PsbtMap, { prevout }: TxInput): Record<string, JsonOutput> {
  return {
    previous_txid: hashToDisplay(prevout.txid),
    previous_vout: prevout.index,
    sequence: psbtUint32(map, PSBT_INPUT.sequence),
    time_locktime: psbtUint32(map, PSBT_INPUT.requiredTimeLockTime),
    height_locktime: psbtUint32(map, PSBT_INPUT.requiredHeightLockTime),
  }
}

/** Leaves with all the control blocks that were given for them, shorter ones first. */
function tapScriptsJson(map: PsbtMap): JsonOutput {
  const byScript = new Map<string, { readonly value: Uint8Array; readonly blocks: Uint8Array[] }>()
  for (const { keyData, value } of psbtEntries(map, PSBT_INPUT.tapLeafScript)) {
    const id = bytesToHex(value)
    const known = byScript.get(id)
    if (known) known.blocks.push(keyData)
    else byScript.set(id, { value, blocks: [keyData] })
  }
  if (byScript.size === 0) return undefined
  const leaves = [...byScript.values()].sort((a, b) => compareBytes(a.value.subarray(0, -1), b.value.subarray(0, -1)))
  return leaves.map(({ value, blocks }) => ({
    script: bytesToHex(value.subarray(0, -1)),
    leaf_ver: value.at(-1),
    control_blocks: blocks.sort((a, b) => a.length - b.length || compareBytes(a, b)).map(bytesToHex),
  }))
}

const tapScriptSignaturesJson = (map: PsbtMap): JsonOutput =>
  listJson(map, PSBT_INPUT.tapScriptSig, ({ keyData, value }) => ({
    pubkey: bytesToHex(keyData.subarray(0, 32)),
    leaf_hash: bytesToHex(keyData.subarray(32)),
    sig: bytesToHex(value),
  }))

/** BIP 373: whose nonce or partial signature, for which aggregate and leaf. Aggregates come first in Core's order. */
function musigJson(map: PsbtMap, type: number, name: 'pubnonce' | 'partial_sig'): JsonOutput {
  const parts = ({ keyData }: PsbtEntry): readonly Uint8Array[] => [
    keyData.subarray(33, 66),
    keyData.subarray(66),
    keyData.subarray(0, 33),
  ]
  const compare = (a: PsbtEntry, b: PsbtEntry): number =>
    parts(a).reduce((order, part, i) => order || compareBytes(part, parts(b)[i]!), 0)
  const entries = sortedEntries(map, type).toSorted(compare)
  if (entries.length === 0) return undefined
  return entries.map((entry) => {
    const [aggregate, leafHash, participant] = parts(entry)
    return {
      participant_pubkey: bytesToHex(participant!),
      aggregate_pubkey: bytesToHex(aggregate!),
      leaf_hash: leafHash!.length > 0 ? bytesToHex(leafHash!) : undefined,
      [name]: bytesToHex(entry.value),
    }
  })
}

/** An input's map as `decodepsbt` shows it. */
export function inputJson(
  map: PsbtMap,
  input: TxInput,
  options: { readonly version: number; readonly network: NetworkParameters },
): JsonOutput {
  const { version, network } = options
  const previous = nonWitnessUtxo(map)
  const sighash = psbtSighashType(map)
  return {
    witness_utxo: witnessUtxoJson(map, network),
    non_witness_utxo: previous && transactionJson(previous, { network, hex: false }),
    partial_signatures: partialSignaturesJson(map),
    sighash: sighash === undefined ? undefined : (sighashTypeName(sighash) ?? ''),
    redeem_script: scriptJson(map, PSBT_INPUT.redeemScript),
    witness_script: scriptJson(map, PSBT_INPUT.witnessScript),
    bip32_derivs: derivationsJson(map, PSBT_INPUT.bip32Derivation),
    final_scriptSig: finalScriptSigJson(map),
    final_scriptwitness: finalWitnessJson(map),
    ripemd160_preimages: valuesByKeyJson(sortedEntries(map, PSBT_INPUT.ripemd160)),
    sha256_preimages: valuesByKeyJson(sortedEntries(map, PSBT_INPUT.sha256)),
    hash160_preimages: valuesByKeyJson(sortedEntries(map, PSBT_INPUT.hash160)),
    hash256_preimages: valuesByKeyJson(sortedEntries(map, PSBT_INPUT.hash256)),
    ...(version >= 2 ? spendJson(map, input) : {}),
    taproot_key_path_sig: hexJson(map, PSBT_INPUT.tapKeySig),
    taproot_script_path_sigs: tapScriptSignaturesJson(map),
    taproot_scripts: tapScriptsJson(map),
    taproot_bip32_derivs: tapDerivationsJson(map, PSBT_INPUT.tapBip32Derivation),
    taproot_internal_key: hexJson(map, PSBT_INPUT.tapInternalKey),
    taproot_merkle_root: hexJson(map, PSBT_INPUT.tapMerkleRoot),
    musig2_participant_pubkeys: musigParticipantsJson(map, PSBT_INPUT.musig2Participants),
    musig2_pubnonces: musigJson(map, PSBT_INPUT.musig2PublicNonce, 'pubnonce'),
    musig2_partial_sigs: musigJson(map, PSBT_INPUT.musig2PartialSig, 'partial_sig'),
    proprietary: proprietaryJson(map),
    unknown: unknownJson(map, PSBT_INPUT),
  }
}
