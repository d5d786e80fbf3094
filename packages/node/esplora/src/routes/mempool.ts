import { hashToDisplay } from '@ply/primitives'
import { type JsonOutput, RawNumber, type RpcTable } from '@ply/rpc'
import { Hono } from 'hono'
import type { Explorer } from '../explorer.ts'
import { json } from './reply.ts'

const RECENT = 10
/** Virtual bytes of one step of the histogram. */
const HISTOGRAM_STEP = 50_000
const TARGETS = [...Array.from({ length: 25 }, (_, i) => i + 1), 144, 504, 1008]

/** Satoshi per vbyte, as precise as the pool keeps it. */
const perVbyte = (fee: bigint, vsize: number): RawNumber =>
  new RawNumber(String(Math.round((Number(fee) / vsize) * 1000) / 1000))

/** `[feerate, vsize]` pairs, the highest feerate first: how much waits at that feerate and up to the pair before. */
function feeHistogram({ node }: Explorer): JsonOutput {
  const histogram: JsonOutput[] = []
  let step = 0
  let lowest = new RawNumber('0')
  for (const { fee, size } of node.mempool.mempool.packages()) {
    const vsize = Math.ceil(size / 4)
    step += vsize
    lowest = perVbyte(fee, vsize)
    if (step < HISTOGRAM_STEP) continue
    histogram.push([lowest, step])
    step = 0
  }
  if (step > 0) histogram.push([lowest, step])
  return histogram
}

/** `/mempool/…` and `/fee-estimates`. */
export function mempoolRoutes(explorer: Explorer, table: RpcTable): Hono {
  const app = new Hono()
  const entries = () => [...explorer.node.mempool.mempool.entries()]
  app.get('/mempool', () => {
    const all = entries()
    return json({
      count: all.length,
      vsize: all.reduce((sum, { vsize }) => sum + vsize, 0),
      total_fee: all.reduce((sum, { fee }) => sum + fee, 0n),
      fee_histogram: feeHistogram(explorer),
    })
  })
  app.get('/mempool/txids', () => json(entries().map(({ txid }) => hashToDisplay(txid))))
  app.get('/mempool/recent', () =>
    json(
      entries()
        .slice(-RECENT)
        .reverse()
        .map(({ txid, fee, vsize, tx }) => ({
          txid: hashToDisplay(txid),
          fee,
          vsize,
          value: tx.outputs.reduce((sum, { value }) => sum + value, 0n),
        })),
    ),
  )
  app.get('/fee-estimates', async () => {
    const estimates: Record<string, JsonOutput> = {}
    for (const target of TARGETS) {
      const estimate = await table.call('estimatesmartfee', [target], { path: '/' })
      const feerate = (estimate as { readonly feerate?: RawNumber }).feerate
      if (feerate) estimates[target] = new RawNumber(String(Math.round(Number(feerate.text) * 1e8) / 1000))
    }
    return json(estimates)
  })
  return app
}
