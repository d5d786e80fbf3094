import { bytesToHex, equalBytes } from '@ply/bytes'
import { computeTxid, encodeTransaction, outPointKey, type Transaction } from '@ply/primitives'
import { type JsonOutput, RPC_ERROR, type RpcArguments, RpcError, expectString } from '@ply/rpc'
import { SIGHASH_ALL, SighashCache } from '@ply/script'
import { extractSignatures, mergeSignatures, produceScripts, type SigningSource } from '@ply/wallet'
import type { Layer1Node } from '../../layer1Node.ts'
import { readTransactionHex } from '../lookups.ts'
import { findSpentCoins } from './spentCoins.ts'

const NOTHING: SigningSource = { keyOfHash: () => undefined, scriptOfHash: () => undefined }
const EMPTY = new Uint8Array(0)

function readTransactions(args: RpcArguments): readonly Transaction[] {
  const list = args.array('txs')
  if (list.length < 2) {
    throw new RpcError(RPC_ERROR.deserialization, 'Missing transactions. At least two transactions required.')
  }
  return list.map((item, index) => {
    try {
      return readTransactionHex(expectString(item))
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== RPC_ERROR.deserialization) throw error
      const message = `TX decode failed for tx ${index}. Make sure the tx has at least one input.`
      throw new RpcError(RPC_ERROR.deserialization, message)
    }
  })
}

const withoutScripts = (tx: Transaction): Transaction => ({
  ...tx,
  inputs: tx.inputs.map((input) => ({ ...input, scriptSig: EMPTY, witness: [] })),
})

/** `combinerawtransaction`: one transaction with the signatures of all. */
export async function combineTransactions(node: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  const transactions = readTransactions(args)
  const [first] = transactions
  const id = computeTxid(withoutScripts(first!))
  const other = transactions.findIndex((tx) => !equalBytes(computeTxid(withoutScripts(tx)), id))
  if (other >= 0) {
    const message = `Transaction number ${other + 1} not compatible with first transaction`
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  const { outputs } = await findSpentCoins(node, first!)
  const spent = first!.inputs.map(({ prevout }) => outputs.get(outPointKey(prevout)))
  const caches = transactions.map((tx) => new SighashCache(tx, spent))
  const inputs = first!.inputs.map((input, inputIndex) => {
    const output = spent[inputIndex]
    if (!output) throw new RpcError(RPC_ERROR.verify, 'Input not found or already spent')
    const known = caches.map((cache) => extractSignatures(cache, inputIndex, output)).reduce(mergeSignatures)
    const request = { cache: caches[0]!, inputIndex, spent: output, hashType: SIGHASH_ALL, auxRand: undefined }
    const { scriptSig, witness } = produceScripts(request, NOTHING, known)
    return { ...input, scriptSig, witness }
  })
  return bytesToHex(encodeTransaction({ ...first!, inputs }))
}
