import { bytesToHex } from '@ply/bytes'
import type { BlockNode } from '@ply/chain'
import { computeTxid, encodeHeader, hashToDisplay } from '@ply/primitives'
import { Hono } from 'hono'
import type { Explorer } from '../explorer.ts'
import { blockJson } from '../json/blockJson.ts'
import { transactionJson } from '../json/transactionJson.ts'
import { binary, HttpError, json, notFound, readBlockHash, readNumber, text } from './reply.ts'

const BLOCKS_PER_PAGE = 10
export const TRANSACTIONS_PER_PAGE = 25

/** `/block/…`, `/blocks/…`, `/block-height/…`. */
export function blockRoutes(explorer: Explorer): Hono {
  const app = new Hono()
  const { tree } = explorer.node.chain
  const { active } = tree
  const find = (hex: string): BlockNode => {
    const node = explorer.block(readBlockHash(hex))
    if (!node) throw notFound('Block')
    return node
  }
  const show = async (node: BlockNode) => blockJson(node, await explorer.blockRow(node))
  const page = async (from: number): Promise<Response> => {
    const nodes: BlockNode[] = []
    for (let height = from; height >= 0 && nodes.length < BLOCKS_PER_PAGE; height--) {
      const node = active.at(height)
      if (node) nodes.push(node)
    }
    return json(await Promise.all(nodes.map(show)))
  }
  const transactions = async (node: BlockNode, from: number): Promise<Response> => {
    const { transactions: count } = await explorer.blockRow(node)
    if (from >= count) throw new HttpError(404, 'start index out of range')
    if (from % TRANSACTIONS_PER_PAGE !== 0) {
      throw new HttpError(400, `start index must be a multipication of ${TRANSACTIONS_PER_PAGE}`)
    }
    const listed = await explorer.blockTransactions(node, from, TRANSACTIONS_PER_PAGE)
    return json(listed.map((fields) => transactionJson(fields, explorer.node.network)))
  }
  const tip = (): BlockNode => explorer.node.chain.tip

  app.get('/blocks/tip/height', () => text(tip().height))
  app.get('/blocks/tip/hash', () => text(hashToDisplay(tip().hash)))
  app.get('/blocks', () => page(tip().height))
  app.get('/blocks/:height', (c) => {
    const from = readNumber(c.req.param('height'), tip().height)
    if (from > tip().height) throw notFound('Block')
    return page(from)
  })
  app.get('/block-height/:height', (c) => {
    const node = active.at(readNumber(c.req.param('height')))
    if (!node) throw notFound('Block')
    return text(hashToDisplay(node.hash))
  })
  app.get('/block/:hash', async (c) => json(await show(find(c.req.param('hash')))))
  app.get('/block/:hash/header', (c) => text(bytesToHex(encodeHeader(find(c.req.param('hash')).header))))
  app.get('/block/:hash/status', (c) => {
    const node = explorer.block(readBlockHash(c.req.param('hash')))
    if (!node || !active.contains(node)) return json({ in_best_chain: false, height: null, next_best: null })
    const next = active.next(node)
    return json({ in_best_chain: true, height: node.height, next_best: next ? hashToDisplay(next.hash) : null })
  })
  app.get('/block/:hash/raw', async (c) => {
    const { data } = find(c.req.param('hash'))
    return binary(await explorer.node.chain.blocks.readBlockBytes(data!))
  })
  app.get('/block/:hash/txids', async (c) => {
    const block = await explorer.readBlock(find(c.req.param('hash')))
    return json(block.transactions.map((tx) => hashToDisplay(computeTxid(tx))))
  })
  app.get('/block/:hash/txid/:index', async (c) => {
    const block = await explorer.readBlock(find(c.req.param('hash')))
    const tx = block.transactions[readNumber(c.req.param('index'))]
    if (!tx) throw new HttpError(404, 'tx index out of range')
    return text(hashToDisplay(computeTxid(tx)))
  })
  app.get('/block/:hash/txs', (c) => transactions(find(c.req.param('hash')), 0))
  app.get('/block/:hash/txs/:from', (c) => transactions(find(c.req.param('hash')), readNumber(c.req.param('from'), 0)))
  return app
}
