import { bytesToHex } from '@ply/bytes'
import { hash160, publicKeyFromSecret } from '@ply/crypto'
import {
  decodeWif,
  encodeTransaction,
  hashToDisplay,
  MAX_MONEY,
  type NetworkParameters,
  outPointKey,
  type Transaction,
  type TxInput,
} from '@ply/primitives'
import { type Json, type JsonOutput, RPC_ERROR, type RpcArguments, RpcError, expectString } from '@ply/rpc'
import {
  type ScriptErrorCode,
  scriptErrorMessage,
  SIGHASH_ANYONECANPAY,
  SIGHASH_DEFAULT,
  SIGHASH_SINGLE,
  SighashCache,
  STANDARD_SCRIPT_VERIFY_FLAGS,
  TransactionChecker,
  verifyScript,
} from '@ply/script'
import { extractSignatures, produceScripts, type SigningKey, type SigningSource } from '@ply/wallet'
import type { Layer1Node } from '../../layer1Node.ts'
import { readTransactionHex } from '../lookups.ts'
import { readSighashType } from './sighashType.ts'
import { addGivenCoins, findSpentCoins, type SpentCoins } from './spentCoins.ts'

/** A secret key of the caller's; error -5. */
export function readSecretKey(value: Json, network: NetworkParameters): SigningKey {
  const key = decodeWif(expectString(value), network)
  if (!key.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, 'Invalid private key')
  const { secretKey, compressed } = key.value
  return { secretKey, publicKey: publicKeyFromSecret(secretKey, compressed)! }
}

/** Where these keys and scripts are found by their hashes. */
export function createSource(keys: readonly SigningKey[], scripts: readonly Uint8Array[]): SigningSource {
  const keysByHash = new Map(keys.map((key) => [bytesToHex(hash160(key.publicKey)), key]))
  const scriptsByHash = new Map(scripts.map((script) => [bytesToHex(hash160(script)), script]))
  return {
    keyOfHash: (hash) => keysByHash.get(bytesToHex(hash)),
    scriptOfHash: (hash) => scriptsByHash.get(bytesToHex(hash)),
  }
}

/** What Bitcoin Core says of a script that fails for want of signatures. */
function describeFailure(code: ScriptErrorCode): string {
  if (code === 'INVALID_STACK_OPERATION') return 'Unable to sign input, invalid stack size (possibly missing key)'
  if (code === 'SIG_NULLFAIL') {
    return 'CHECK(MULTI)SIG failing with non-zero signature (possibly need more signatures)'
  }
  return scriptErrorMessage(code)
}

const errorJson = ({ prevout, scriptSig, witness, sequence }: TxInput, error: string): JsonOutput => ({
  txid: hashToDisplay(prevout.txid),
  vout: prevout.index,
  witness: witness.map(bytesToHex),
  scriptSig: bytesToHex(scriptSig),
  sequence,
  error,
})

interface SignedInput {
  readonly input: TxInput
  readonly error?: string
}

/** Signing again gives the same signature, as in Bitcoin Core: the nonce is made of the key and the message (BIP 340). */
const NO_AUX_RAND = new Uint8Array(32)

/** A transaction to sign, with what it spends. */
export interface SigningJob {
  readonly tx: Transaction
  readonly coins: Pick<SpentCoins, 'outputs'>
  readonly source: SigningSource
  readonly hashType: number
}

function signInput(job: SigningJob, cache: SighashCache, inputIndex: number): SignedInput {
  const { tx, coins, source, hashType } = job
  const input = tx.inputs[inputIndex]!
  const spent = coins.outputs.get(outPointKey(input.prevout))
  if (!spent) return { input, error: 'Input not found or already spent' }
  const allKnown = tx.inputs.every(({ prevout }) => coins.outputs.has(outPointKey(prevout)))
  const known = extractSignatures(cache, inputIndex, spent)
  // There is nothing to sign for an input without the output that SINGLE means.
  const hasOutput = (hashType & ~SIGHASH_ANYONECANPAY) !== SIGHASH_SINGLE || inputIndex < tx.outputs.length
  const auxRand = allKnown ? NO_AUX_RAND : undefined
  const signed = hasOutput
    ? produceScripts({ cache, inputIndex, spent, hashType, auxRand }, source, known)
    : { ...input, complete: false }
  const next: TxInput = { ...input, scriptSig: signed.scriptSig, witness: signed.witness }
  if (spent.value === MAX_MONEY && next.witness.length > 0) {
    throw new RpcError(
      RPC_ERROR.type,
      `Missing amount for CTxOut(nValue=21000000.00000000, scriptPubKey=${bytesToHex(spent.scriptPubKey).slice(0, 30)})`,
    )
  }
  if (signed.complete) return { input: next }
  const { scriptSig, witness } = next
  const checker = new TransactionChecker(cache, inputIndex)
  const { scriptPubKey } = spent
  const flags = STANDARD_SCRIPT_VERIFY_FLAGS
  const verified = verifyScript({ scriptSig, scriptPubKey, witness, flags, checker })
  return verified.ok ? { input: next } : { input: next, error: describeFailure(verified.error) }
}

/** `signrawtransactionwithkey`: signs what the keys are for. */
export async function signWithKeys(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const tx = readTransactionHex(args.string('hexstring'))
  const keys = args.array('privkeys').map((key) => readSecretKey(key, node.network))
  const coins = await findSpentCoins(node, tx)
  addGivenCoins(coins, args.array('prevtxs', []))
  const hashType = args.has('sighashtype') ? readSighashType(args.string('sighashtype')) : SIGHASH_DEFAULT
  return signInputs({ tx, coins, source: createSource(keys, coins.scripts), hashType })
}

/** Signs every input as far as the keys go; what is still missing is told as Bitcoin Core does. */
export function signInputs(job: SigningJob): JsonOutput {
  const { tx, coins } = job
  const spent = tx.inputs.map(({ prevout }) => coins.outputs.get(outPointKey(prevout)))
  const cache = new SighashCache(tx, spent)
  const signed = tx.inputs.map((_, index) => signInput(job, cache, index))
  const errors = signed.flatMap(({ input, error }) => (error === undefined ? [] : [errorJson(input, error)]))
  return {
    hex: bytesToHex(encodeTransaction({ ...tx, inputs: signed.map(({ input }) => input) })),
    complete: errors.length === 0,
    errors: errors.length > 0 ? errors : undefined,
  }
}
