import { bytesToHex, equalBytes } from '@ply/bytes'
import { createMerkleBlock, encodeMerkleBlock } from '@ply/consensus'
import { computeTxid, encodeTransaction, hashToDisplay } from '@ply/primitives'
import { type Json, type JsonOutput, parseJson, RpcError, type RpcTable, stringifyJson } from '@ply/rpc'
import { Hono } from 'hono'
import { computeMerkleBranch } from '../merkleBranch.ts'
import type { Explorer, Spender } from '../explorer.ts'
import { statusJson, transactionJson } from '../json/transactionJson.ts'
import { binary, HttpError, json, notFound, readNumber, readTxid, text } from './reply.ts'

function spenderJson(spender: Spender | undefined): JsonOutput {
  if (!spender) return { spent: false }
  return {
    spent: true,
    txid: hashToDisplay(spender.txid),
    vin: spender.input,
    status: statusJson(spender.node),
  }
}

/** `/tx/…`, `/txs/package` and `/broadcast`. What is sent goes the way of RPC, with its errors. */
export function transactionRoutes(explorer: Explorer, table: RpcTable): Hono {
  const app = new Hono()
  const { network } = explorer.node
  const find = async (hex: string) => {
    const found = await explorer.transaction(readTxid(hex))
    if (!found) throw notFound('Transaction')
    return found
  }
  const confirmed = async (hex: string) => {
    const txid = readTxid(hex)
    const found = await explorer.confirmed(txid)
    if (!found) throw new HttpError(404, 'Transaction not found or is unconfirmed')
    return { txid, node: found.node, block: await explorer.readBlock(found.node) }
  }
  const call = async (method: string, params: readonly Json[]): Promise<JsonOutput> => {
    try {
      return await table.call(method, params, { path: '/' })
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      const { code, message } = error
      throw new HttpError(400, `${method} RPC error: ${stringifyJson({ code, message })}`)
    }
  }

  app.post('/tx', async (c) => text(String(await call('sendrawtransaction', [(await c.req.text()).trim()]))))
  app.get('/broadcast', async (c) => {
    const hex = c.req.query('tx')
    if (hex === undefined) throw new HttpError(400, 'Missing tx')
    return text(String(await call('sendrawtransaction', [hex])))
  })
  app.post('/txs/package', async (c) => {
    const transactions = parseJson(await c.req.text())
    if (!transactions.ok || !Array.isArray(transactions.value)) throw new HttpError(400, 'Invalid package')
    return json(await call('submitpackage', [transactions.value as Json[]]))
  })
  app.get('/tx/:txid', async (c) => json(transactionJson(await find(c.req.param('txid')), network)))
  app.get('/tx/:txid/status', async (c) =>
    json(statusJson((await explorer.confirmed(readTxid(c.req.param('txid'))))?.node)),
  )
  app.get('/tx/:txid/hex', async (c) => text(bytesToHex(encodeTransaction((await find(c.req.param('txid'))).tx))))
  app.get('/tx/:txid/raw', async (c) => binary(encodeTransaction((await find(c.req.param('txid'))).tx)))
  app.get('/tx/:txid/outspend/:vout', async (c) => {
    const txid = readTxid(c.req.param('txid'))
    return json(spenderJson(await explorer.spender({ txid, index: readNumber(c.req.param('vout')) })))
  })
  app.get('/tx/:txid/outspends', async (c) => {
    const { tx } = await find(c.req.param('txid'))
    const txid = computeTxid(tx)
    const spenders = await Promise.all(tx.outputs.map((_, index) => explorer.spender({ txid, index })))
    return json(spenders.map(spenderJson))
  })
  app.get('/tx/:txid/merkleblock-proof', async (c) => {
    const { txid, block } = await confirmed(c.req.param('txid'))
    return text(bytesToHex(encodeMerkleBlock(createMerkleBlock(block, [txid]))))
  })
  app.get('/tx/:txid/merkle-proof', async (c) => {
    const { txid, node, block } = await confirmed(c.req.param('txid'))
    const txids = block.transactions.map(computeTxid)
    const position = txids.findIndex((other) => equalBytes(other, txid))
    return json({
      block_height: node.height,
      merkle: computeMerkleBranch(txids, position).map((hash) => hashToDisplay(hash)),
      pos: position,
    })
  })
  return app
}
