import { paramShapes } from '@ply/layer1-node'
import { bytesToHex, equalBytes } from '@ply/bytes'
import {
  encodeTransaction,
  hashToDisplay,
  MAX_MONEY,
  outPointKey,
  sats,
  type Transaction,
  type TxInput,
  type Txid,
  type TxOutput,
} from '@ply/primitives'
import {
  type JsonOutput,
  optional,
  param,
  parseHash,
  parseHexBytes,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import {
  createPsbt,
  extractSignatures,
  extractTransaction,
  finalizePsbtInput,
  partialSignatures,
  produceScripts,
  type Psbt,
  PSBT_INPUT,
  type PsbtMap,
  psbtValue,
  setWitnessUtxo,
  type SigningSource,
  updatePsbtInput,
} from '@ply/wallet'
import { SIGHASH_ALL, SighashCache, STANDARD_SCRIPT_VERIFY_FLAGS, verifyInput, scriptToAsm } from '@ply/script'
import type { NodeWallet } from '../nodeWallet.ts'
import { fill, withoutScripts } from '../signing.ts'
import type { WalletHost } from '../walletHost.ts'
import { asObject, member } from './options.ts'
import { parseSighashType } from './sighash.ts'
import { readAmount, readTransaction } from './transactionArguments.ts'
import { ensureUnlocked, walletMethod } from './walletMethod.ts'

type Outputs = Map<string, TxOutput>

const undecodable = (message: string): RpcError => new RpcError(RPC_ERROR.deserialization, message)

/** Outputs that the caller names, such as those of transactions that nobody has sent yet. */
function addPrevouts(args: RpcArguments, outputs: Outputs): void {
  for (const value of args.array('prevtxs', [])) {
    const given = asObject(value)
    for (const name of ['txid', 'vout', 'scriptPubKey']) {
      if (given[name] === undefined) throw new RpcError(RPC_ERROR.type, `Missing ${name}`)
    }
    const txid = parseHash(given['txid'] ?? null, 'txid') as Txid
    const vout = given['vout']
    if (typeof vout !== 'number') throw new RpcError(RPC_ERROR.type, 'Missing vout')
    if (vout < 0) throw undecodable('vout cannot be negative')
    const scriptPubKey = parseHexBytes(given['scriptPubKey'] ?? null, 'scriptPubKey')
    const key = outPointKey({ txid, index: vout })
    const known = outputs.get(key)
    if (known && !equalBytes(known.scriptPubKey, scriptPubKey)) {
      throw undecodable(
        `Previous output scriptPubKey mismatch:\n${scriptToAsm(known.scriptPubKey)}\nvs:\n${scriptToAsm(scriptPubKey)}`,
      )
    }
    const amount = member(given, 'amount')
    outputs.set(key, { scriptPubKey, value: amount === undefined ? sats(MAX_MONEY) : sats(readAmount(amount)) })
  }
}

async function findOutputs({ node, wallet }: NodeWallet, tx: Transaction): Promise<Outputs> {
  const outputs: Outputs = new Map()
  for (const { prevout } of tx.inputs) {
    const waiting = node.mempool.mempool.get(prevout.txid)?.tx.outputs[prevout.index]
    const coin = waiting ?? (await node.mempool.unspentOutput(prevout, { withMempool: false }))?.output
    const output = coin ?? wallet.ownOutput(prevout)
    if (output) outputs.set(outPointKey(prevout), output)
  }
  return outputs
}

/** What the signer needs of an output: for legacy inputs a transaction of which only that output is known. */
function withOutputs(psbt: Psbt, outputs: Outputs): Psbt {
  return psbt.tx.inputs.reduce((current, { prevout }, index) => {
    const output = outputs.get(outPointKey(prevout))
    return output ? updatePsbtInput(current, index, (map) => setWitnessUtxo(map, output)) : current
  }, psbt)
}

/** Witnesses commit to the amount, so that it must be known. */
function checkAmount({ value, scriptPubKey }: TxOutput, { witness }: TxInput): void {
  if (value !== MAX_MONEY || witness.length === 0) return
  throw new RpcError(
    RPC_ERROR.type,
    `Missing amount for CTxOut(nValue=21000000.00000000, scriptPubKey=${bytesToHex(scriptPubKey).slice(0, 30)})`,
  )
}

/** The inputs of `signed` that verify, and those of `original` for the others; errors by place. */
function mergeInputs(original: Transaction, signed: Transaction, outputs: Outputs) {
  const spent = original.inputs.map(({ prevout }) => outputs.get(outPointKey(prevout)))
  const errors = new Map<number, string>()
  const inputs = original.inputs.map((input, inputIndex) => {
    const output = spent[inputIndex]
    if (!output) {
      errors.set(inputIndex, 'Input not found or already spent')
      return input
    }
    checkAmount(output, signed.inputs[inputIndex]!)
    for (const candidate of [signed.inputs[inputIndex]!, input]) {
      const tx = { ...original, inputs: original.inputs.with(inputIndex, candidate) }
      const cache = new SighashCache(tx, spent)
      if (verifyInput({ cache, inputIndex, flags: STANDARD_SCRIPT_VERIFY_FLAGS }).ok) return candidate
    }
    errors.set(inputIndex, 'Unable to sign input, invalid stack size (possibly missing key)')
    return signed.inputs[inputIndex]!
  })
  return { tx: { ...original, inputs }, errors }
}

function errorJson(tx: Transaction, [index, error]: readonly [number, string]): JsonOutput {
  const input = tx.inputs[index]!
  return {
    txid: hashToDisplay(input.prevout.txid),
    vout: input.prevout.index,
    witness: input.witness.map(bytesToHex),
    scriptSig: bytesToHex(input.scriptSig),
    sequence: input.sequence,
    error,
  }
}

async function signRawTransaction(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  const tx = readTransaction(args.string('hexstring'))
  ensureUnlocked(owner)
  const outputs = await findOutputs(owner, tx)
  addPrevouts(args, outputs)
  const sighashType = args.has('sighashtype') ? parseSighashType(args.string('sighashtype')) : undefined
  const draft = withOutputs(createPsbt(withoutScripts(tx), 0), outputs)
  const { psbt } = fill(owner, draft, { sign: true, finalize: true, bip32Derivs: true, sighashType })
  const signed = { ...tx, inputs: finalInputs(psbt, tx, outputs) }
  const merged = mergeInputs(tx, signed, outputs)
  const errors = [...merged.errors].map((entry) => errorJson(merged.tx, entry))
  return {
    hex: bytesToHex(encodeTransaction(merged.tx)),
    complete: errors.length === 0,
    errors: errors.length > 0 ? errors : undefined,
  }
}

const NO_KEYS: SigningSource = { keyOfHash: () => undefined, scriptOfHash: () => undefined }

/** The input with the signatures that it came with and those that were added, though some may be missing yet. */
function withSignatures(
  input: TxInput,
  map: PsbtMap,
  { cache, inputIndex, spent }: { cache: SighashCache; inputIndex: number; spent: TxOutput },
): TxInput {
  const added = partialSignatures(map)
  if (added.size === 0) return input
  const known = extractSignatures(cache, inputIndex, spent)
  const redeemScript = psbtValue(map, PSBT_INPUT.redeemScript) ?? known.redeemScript
  const witnessScript = psbtValue(map, PSBT_INPUT.witnessScript) ?? known.witnessScript
  const { scriptSig, witness } = produceScripts(
    { cache, inputIndex, spent, hashType: SIGHASH_ALL, auxRand: undefined },
    NO_KEYS,
    {
      signatures: new Map([...known.signatures, ...added]),
      ...(redeemScript && { redeemScript }),
      ...(witnessScript && { witnessScript }),
    },
  )
  return { ...input, scriptSig, witness }
}

/** Inputs with what the PSBT has for them. */
function finalInputs(psbt: Psbt, tx: Transaction, outputs: Outputs): Transaction['inputs'] {
  const coins = tx.inputs.map(({ prevout }) => outputs.get(outPointKey(prevout)))
  const cache = new SighashCache(tx, coins)
  return tx.inputs.map((input, index) => {
    const final = finalizePsbtInput(psbt, index)
    const map = (final.ok ? final.value : psbt).inputs[index]!
    const done = psbtValue(map, PSBT_INPUT.finalScriptSig) ?? psbtValue(map, PSBT_INPUT.finalScriptWitness)
    const spent = coins[index]
    if (!done) return spent ? withSignatures(input, map, { cache, inputIndex: index, spent }) : input
    const alone = extractTransaction({ ...psbt, tx: { ...psbt.tx, inputs: [psbt.tx.inputs[index]!] }, inputs: [map] })
    return alone.ok ? alone.value.inputs[0]! : input
  })
}

/** Signing what others made. */
export const signRawMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'signrawtransactionwithwallet',
      help: 'Signs the inputs of a transaction that the wallet has keys for.',
      params: [
        param('hexstring', 'string', 'The transaction.'),
        optional('prevtxs', 'array', 'Outputs that nobody knows yet: txid, vout, scriptPubKey, amount.', {
          shape: paramShapes.PREVIOUS_OUTPUTS,
        }),
        optional('sighashtype', 'string', 'DEFAULT, ALL, NONE, SINGLE, with |ANYONECANPAY.'),
      ],
      handler: signRawTransaction,
    },
  ].map(walletMethod(host))
