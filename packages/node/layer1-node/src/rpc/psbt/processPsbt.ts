import { bytesToHex } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import { parseWitnessProgram } from '@ply/primitives'
import { type JsonOutput, RPC_ERROR, type RpcArguments, RpcError } from '@ply/rpc'
import { type DerivedOutput, isP2sh } from '@ply/script'
import {
  chooseSighash,
  noteSighash,
  isPsbtInputVerified,
  dropUnneededTransactions,
  nonWitnessUtxo,
  type Psbt,
  PSBT_INPUT,
  psbtPrevout,
  psbtValue,
  setDerivedInput,
  setDerivedOutput,
  setNonWitnessUtxo,
  setWitnessUtxo,
  signPsbtInput,
  updatePsbtInput,
  updatePsbtOutput,
} from '@ply/wallet'
import type { Layer1Node } from '../../layer1Node.ts'
import { readSighashType } from '../construct/sighashType.ts'
import { addWitnessUtxo, extractHex, finalizeVerified } from './finalizePsbt.ts'
import { findOutput, findPayment, type KnownScripts, readKnownScripts } from './knownScripts.ts'
import { readPsbt, writePsbt } from './psbtText.ts'

/** The whole previous transaction from index or pool; else, of a segwit output, what chain and pool say of it. */
async function addUtxo(node: Layer1Node, psbt: Psbt, index: number, known: KnownScripts): Promise<Psbt> {
  if (nonWitnessUtxo(psbt.inputs[index]!)) return psbt
  const { prevout } = psbt.tx.inputs[index]!
  const tx = (await node.txIndex?.find(prevout.txid))?.tx ?? node.mempool.mempool.get(prevout.txid)?.tx
  if (tx && prevout.index < tx.outputs.length) {
    return updatePsbtInput(psbt, index, (map) => setNonWitnessUtxo(map, tx))
  }
  const found = await node.mempool.findOutput(prevout)
  if (!found) return psbt
  const { scriptPubKey } = found.output
  const redeemScript = isP2sh(scriptPubKey) ? known.outputs.get(bytesToHex(scriptPubKey))?.redeemScript : undefined
  const isSegwit = parseWitnessProgram(redeemScript ?? scriptPubKey) !== undefined
  return isSegwit ? updatePsbtInput(psbt, index, (map) => setWitnessUtxo(map, found.output)) : psbt
}

interface Processing {
  readonly known: KnownScripts
  /** Whether keys are named by their origins. */
  readonly derivations: boolean
  /** Undefined: sign nothing. */
  readonly signing?: { readonly hashType: number | undefined; readonly finalize: boolean }
}

/** Signing again gives the same signature, as in Bitcoin Core: the nonce is made of the key and the message (BIP 340). */
const NO_ENTROPY: Entropy = { bytes: (length) => new Uint8Array(length) }

const MISMATCH = 'Specified sighash value does not match value stored in PSBT'

function signInput(
  psbt: Psbt,
  index: number,
  { output, hashType }: { readonly output: DerivedOutput; readonly hashType: number },
): Psbt {
  return output.keys.reduce((current, { secretKey, publicKey }) => {
    if (!secretKey) return current
    const options = { secretKey, publicKey, entropy: NO_ENTROPY, acceptedHashTypes: [hashType] }
    const signed = signPsbtInput(current, index, options)
    return signed.ok ? signed.value : current
  }, psbt)
}

function processInput(psbt: Psbt, index: number, { known, derivations, signing }: Processing): Psbt {
  if (isPsbtInputVerified(psbt, index)) return psbt
  const spent = psbtPrevout(psbt, index)
  if (!spent) return psbt
  const hashType = chooseSighash(psbt.inputs[index]!, spent.scriptPubKey, signing?.hashType)
  if (!hashType.ok) throw new RpcError(RPC_ERROR.deserialization, MISMATCH)
  const output = findOutput(known, psbt, index)
  const updated = output
    ? updatePsbtInput(psbt, index, (map) => setDerivedInput(map, output, { origins: derivations }))
    : psbt
  const shown = addWitnessUtxo(updated, index)
  if (!signing) return shown
  const prepared = noteSighash(shown, index, spent.scriptPubKey, hashType.value)
  const signed = output ? signInput(prepared, index, { output, hashType: hashType.value }) : prepared
  return signing.finalize ? finalizeVerified(signed, index).psbt : signed
}

async function processPsbt(node: Layer1Node, psbt: Psbt, processing: Processing): Promise<Psbt> {
  let current = psbt
  for (const index of psbt.inputs.keys()) current = await addUtxo(node, current, index, processing.known)
  for (const index of psbt.inputs.keys()) current = processInput(current, index, processing)
  psbt.tx.outputs.forEach((payment, index) => {
    const output = findPayment(processing.known, payment)
    if (output) current = updatePsbtOutput(current, index, (map) => setDerivedOutput(map, output))
  })
  return dropUnneededTransactions(current)
}

/** `utxoupdatepsbt`. */
export async function updateJson(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const known = readKnownScripts(args.array('descriptors', []), node)
  return writePsbt(await processPsbt(node, readPsbt(args.string('psbt')), { known, derivations: true }))
}

/** `descriptorprocesspsbt`. */
export async function processJson(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const known = readKnownScripts(args.array('descriptors'), node)
  const hashType = args.has('sighashtype') ? readSighashType(args.string('sighashtype')) : undefined
  const derivations = args.boolean('bip32derivs')
  const signing = { hashType, finalize: args.boolean('finalize') }
  const psbt = await processPsbt(node, readPsbt(args.string('psbt')), { known, derivations, signing })
  const isSigned = psbt.inputs.every(
    (map) => psbtValue(map, PSBT_INPUT.finalScriptSig) ?? psbtValue(map, PSBT_INPUT.finalScriptWitness),
  )
  return { psbt: writePsbt(psbt), complete: isSigned, hex: isSigned ? extractHex(psbt) : undefined }
}
