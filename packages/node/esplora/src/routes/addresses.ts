import { hashToDisplay } from '@ply/primitives'
import type { JsonOutput } from '@ply/rpc'
import { type Context, Hono } from 'hono'
import type { Totals } from '../addressIndex/rows.ts'
import type { Explorer } from '../explorer.ts'
import { statusJson, transactionJson } from '../json/transactionJson.ts'
import { TRANSACTIONS_PER_PAGE } from './blocks.ts'
import { HttpError, json, readScriptHash, readTxid } from './reply.ts'

const MAX_POOL_TRANSACTIONS = 50
/** More unspent outputs than this are not listed: the answer would be of no use, and dear to make. */
const MAX_UTXOS = 5000

const totalsJson = (totals: Totals): JsonOutput => ({
  funded_txo_count: totals.fundedCount,
  funded_txo_sum: totals.fundedSum,
  spent_txo_count: totals.spentCount,
  spent_txo_sum: totals.spentSum,
  tx_count: totals.transactions,
})

/** `/address/…` and `/scripthash/…`. */
export function addressRoutes(explorer: Explorer): Hono {
  const app = new Hono()
  const { network, chain } = explorer.node
  const scriptHashOf = (c: Context): Uint8Array =>
    readScriptHash(c.req.param('kind') ?? '', c.req.param('name') ?? '', network)
  const confirmed = async (scriptHash: Uint8Array, after?: string): Promise<JsonOutput[]> => {
    const last = after === undefined ? undefined : readTxid(after)
    const listed = await explorer.history(scriptHash, TRANSACTIONS_PER_PAGE, last)
    return listed.map((fields) => transactionJson(fields, network))
  }
  const waiting = (scriptHash: Uint8Array): JsonOutput[] =>
    explorer.pool
      .history(scriptHash)
      .slice(0, MAX_POOL_TRANSACTIONS)
      .map(({ entry, spent }) => transactionJson({ tx: entry.tx, spent, node: undefined }, network))

  const base = '/:kind{address|scripthash}/:name'
  app.get(base, async (c) => {
    const scriptHash = scriptHashOf(c)
    return json({
      [c.req.param('kind')]: c.req.param('name'),
      chain_stats: totalsJson(await explorer.index.totals(scriptHash)),
      mempool_stats: totalsJson(explorer.pool.totals(scriptHash)),
    })
  })
  app.get(`${base}/txs`, async (c) => {
    const scriptHash = scriptHashOf(c)
    return json([...waiting(scriptHash), ...(await confirmed(scriptHash))])
  })
  app.get(`${base}/txs/mempool`, (c) => json(waiting(scriptHashOf(c))))
  app.get(`${base}/txs/chain`, async (c) => json(await confirmed(scriptHashOf(c))))
  app.get(`${base}/txs/chain/:last`, async (c) => json(await confirmed(scriptHashOf(c), c.req.param('last'))))
  app.get(`${base}/utxo`, async (c) => {
    const found = await explorer.utxos(scriptHashOf(c), MAX_UTXOS + 1)
    if (found.length > MAX_UTXOS) {
      throw new HttpError(400, `Too many unspent transaction outputs (>${MAX_UTXOS})`)
    }
    return json(
      found.map(({ txid, index, value, height }) => ({
        txid: hashToDisplay(txid),
        vout: index,
        status: statusJson(height === undefined ? undefined : chain.tree.active.at(height)),
        value,
      })),
    )
  })
  return app
}
