import { decodeHex } from '@ply/bytes'
import { decodeTransaction, type Transaction } from '@ply/primitives'
import { RpcError } from '@ply/rpc'
import { describeTransaction, transactionLines } from '../decode/describeTransaction.ts'
import { CliError } from '../exitCode.ts'
import { formatFields } from '../format/table.ts'
import { parseTxid } from '../input/outpoint.ts'
import { connectNode } from '../node/connect.ts'
import { Layer1Node } from '../node/layer1.ts'
import type { Reply } from '../node/reply.ts'
import { printResult, type Session } from '../session.ts'
import { readState } from '../wallet/files.ts'

/** The node's answer, or the error it gave: without an index it knows only its mempool. */
async function ask(session: Session, txid: string): Promise<Reply | RpcError> {
  const client = connectNode(session.options)
  try {
    return await new Layer1Node(client).call('getrawtransaction', [txid, true])
  } catch (error) {
    if (error instanceof RpcError) return error
    throw error
  } finally {
    client.close()
  }
}

async function fromWallet(session: Session, txid: string): Promise<Transaction | undefined> {
  try {
    return (await readState(session.options)).state.transaction(parseTxid(txid))
  } catch (error) {
    if (error instanceof CliError) return undefined
    throw error
  }
}

function describeConfirmations(confirmations: number, blockHash: string | undefined): string {
  if (confirmations > 0) return String(confirmations)
  return blockHash === undefined ? 'none, in the mempool' : 'none, its block left the chain'
}

export async function transaction(session: Session, txid: string): Promise<void> {
  parseTxid(txid)
  const { network } = session.options
  const answer = await ask(session, txid.toLowerCase())
  if (answer instanceof RpcError) {
    const tx = await fromWallet(session, txid)
    if (!tx) throw answer
    printResult(session, { ...describeTransaction(tx, network), source: 'wallet' }, () => transactionLines(tx, network))
    return
  }
  const bytes = decodeHex(answer.get('hex').text)
  const decoded = bytes.ok ? decodeTransaction(bytes.value) : bytes
  if (!decoded.ok) throw new CliError(`the node sent a transaction that does not decode: ${decoded.error.message}`)
  const confirmations = answer.has('confirmations') ? answer.get('confirmations').number : 0
  const blockHash = answer.optional('blockhash')
  const json = { ...describeTransaction(decoded.value, network), confirmations, block_hash: blockHash, source: 'node' }
  printResult(session, json, () => [
    ...formatFields([
      ['confirmations', describeConfirmations(confirmations, blockHash)],
      ['block', blockHash],
    ]),
    ...transactionLines(decoded.value, network),
  ])
}
