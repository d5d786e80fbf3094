import { ByteReader, bytesToHex, compareBytes } from '@ply/bytes'
import { encodeBase58Check } from '@ply/crypto'
import { isMoneyRange, type NetworkParameters, type TxOutput } from '@ply/primitives'
import { btcAmount, type JsonOutput } from '@ply/rpc'
import {
  type Psbt,
  PSBT_GLOBAL,
  PSBT_OUTPUT,
  psbtEntries,
  type PsbtMap,
  psbtPrevout,
  psbtUint32,
  psbtValue,
} from '@ply/wallet'
import { scriptPubKeyJson } from '../json/scriptJson.ts'
import { transactionJson } from '../json/transactionJson.ts'
import {
  derivationsJson,
  hexJson,
  musigParticipantsJson,
  proprietaryJson,
  readOriginJson,
  scriptJson,
  tapDerivationsJson,
  unknownJson,
} from './fieldJson.ts'
import { inputJson } from './inputJson.ts'

/** Extended keys by their origins. */
function xpubsJson(map: PsbtMap): JsonOutput {
  return psbtEntries(map, PSBT_GLOBAL.xpub)
    .toSorted((a, b) => compareBytes(a.value, b.value) || compareBytes(a.keyData, b.keyData))
    .map(({ keyData, value }) => ({
      xpub: encodeBase58Check(keyData),
      ...readOriginJson(new ByteReader(value)),
    }))
}

/** BIP 371: the leaves in depth-first order. */
function tapTreeJson(map: PsbtMap): JsonOutput {
  const encoded = psbtValue(map, PSBT_OUTPUT.tapTree)
  if (!encoded) return undefined
  const reader = new ByteReader(encoded)
  const leaves: JsonOutput[] = []
  while (reader.remaining > 0) {
    leaves.push({ depth: reader.u8(), leaf_ver: reader.u8(), script: bytesToHex(reader.varBytes()) })
  }
  return leaves
}

function outputJson(
  map: PsbtMap,
  { value, scriptPubKey }: TxOutput,
  { version, network }: { readonly version: number; readonly network: NetworkParameters },
): JsonOutput {
  const payment = version >= 2 ? { amount: btcAmount(value), script: scriptPubKeyJson(scriptPubKey, { network }) } : {}
  return {
    redeem_script: scriptJson(map, PSBT_OUTPUT.redeemScript),
    witness_script: scriptJson(map, PSBT_OUTPUT.witnessScript),
    bip32_derivs: derivationsJson(map, PSBT_OUTPUT.bip32Derivation),
    ...payment,
    taproot_internal_key: hexJson(map, PSBT_OUTPUT.tapInternalKey),
    taproot_tree: tapTreeJson(map),
    taproot_bip32_derivs: tapDerivationsJson(map, PSBT_OUTPUT.tapBip32Derivation),
    musig2_participant_pubkeys: musigParticipantsJson(map, PSBT_OUTPUT.musig2Participants),
    proprietary: proprietaryJson(map),
    unknown: unknownJson(map, PSBT_OUTPUT),
  }
}

const [INPUTS_MODIFIABLE, OUTPUTS_MODIFIABLE, HAS_SINGLE] = [1, 2, 4]

/** What BIP 370 has for the unsigned transaction. */
function version2Json({ global, tx, inputs, outputs }: Psbt): Record<string, JsonOutput> {
  const flags = psbtValue(global, PSBT_GLOBAL.txModifiable)?.[0]
  const flag = (bit: number): JsonOutput => (flags === undefined ? undefined : (flags & bit) !== 0)
  return {
    tx_version: tx.version,
    fallback_locktime: psbtUint32(global, PSBT_GLOBAL.fallbackLockTime),
    input_count: inputs.length,
    output_count: outputs.length,
    inputs_modifiable: flag(INPUTS_MODIFIABLE!),
    outputs_modifiable: flag(OUTPUTS_MODIFIABLE!),
    has_sighash_single: flag(HAS_SINGLE!),
  }
}

/** A sum of amounts; undefined where it or one of them is out of range. */
export function sumAmounts(amounts: readonly bigint[]): bigint | undefined {
  let sum = 0n
  for (const amount of amounts) {
    sum += amount
    if (!isMoneyRange(amount) || !isMoneyRange(sum)) return undefined
  }
  return sum
}

/** What the inputs have more than the outputs, if all of it is known. */
function feeJson(psbt: Psbt): JsonOutput {
  const spent = psbt.inputs.map((_, i) => psbtPrevout(psbt, i)?.value)
  const known = spent.filter((value) => value !== undefined)
  const paid = sumAmounts(psbt.tx.outputs.map(({ value }) => value))
  const total = known.length === spent.length ? sumAmounts(known) : undefined
  return total === undefined || paid === undefined ? undefined : btcAmount(total - paid)
}

/** `decodepsbt`. */
export function psbtJson(psbt: Psbt, network: NetworkParameters): JsonOutput {
  const { version, tx, global, inputs, outputs } = psbt
  const options = { version, network }
  return {
    tx: version === 0 ? transactionJson(tx, { network, hex: false }) : undefined,
    global_xpubs: xpubsJson(global),
    ...(version >= 2 ? version2Json(psbt) : {}),
    psbt_version: version,
    proprietary: proprietaryJson(global) ?? [],
    unknown: unknownJson(global, PSBT_GLOBAL) ?? {},
    inputs: inputs.map((map, i) => inputJson(map, tx.inputs[i]!, options)),
    outputs: outputs.map((map, i) => outputJson(map, tx.outputs[i]!, options)),
    fee: feeJson(psbt),
  }
}
