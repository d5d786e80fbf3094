import { COIN_RANGE, decodeCoin, decodeCoinKey } from '@ply/chain'
import { bytesToHex, unwrap } from '@ply/bytes'
import { outPointMapKey } from '@ply/primitives'
import { createRandom } from '@ply/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenScript, openScript, outpointOf, spend, TestEsplora } from '../test/testEsplora.ts'
import { computeScriptHash } from './rows.ts'

const SCRIPTS = [0, 1, 2, 3].map(openScript)

let esplora: TestEsplora
beforeAll(async () => {
  esplora = await TestEsplora.start()
})
afterAll(() => esplora.remove())

/** Unspent outputs of a script as the coins themselves say. */
function scan(script: OpenScript): Promise<string[]> {
  return esplora.node.chain.withFlushedStore(async (store) => {
    const found: string[] = []
    for await (const [key, value] of store.iterate(COIN_RANGE)) {
      const { output, height } = unwrap(decodeCoin(value))
      if (bytesToHex(output.scriptPubKey) !== bytesToHex(script.scriptPubKey)) continue
      found.push(`${outPointMapKey(unwrap(decodeCoinKey(key)))} ${output.value} ${height}`)
    }
    return found.sort()
  })
}

async function checkAgainstCoins(): Promise<void> {
  for (const script of SCRIPTS) {
    const hash = computeScriptHash(script.scriptPubKey)
    const { index } = esplora.server.explorer
    const utxos = await index.utxos(hash, 10_000)
    const listed = utxos.map((utxo) => `${outPointMapKey(utxo)} ${utxo.value} ${utxo.height}`).sort()
    expect(listed).toEqual(await scan(script))
    const totals = await index.totals(hash)
    expect(totals.fundedSum - totals.spentSum).toBe(utxos.reduce((sum, { value }) => sum + value, 0n))
    expect(totals.fundedCount - totals.spentCount).toBe(BigInt(utxos.length))
    expect((await index.history(hash, 10_000)).length).toBe(Number(totals.transactions))
  }
}

test('after blocks, chained spends, reorgs and restarts the rows are what the coins say', async () => {
  const random = createRandom(7)
  const { pick } = random
  await esplora.mine(105, SCRIPTS[0]!)
  for (let round = 0; round < 12; round++) {
    const mature = esplora.node.chain.tip.height - 99
    for (let i = 0; i < 3; i++) {
      const values = [20_0000_0000n, 10_0000_0000n, 19_9999_0000n]
      const outputs = values.map((value) => ({ to: pick(SCRIPTS), value }))
      const first = spend({
        from: SCRIPTS[0]!,
        outpoint: outpointOf(await esplora.coinbase(1 + random.below(mature))),
        outputs,
      })
      const [status] = await esplora.send(first)
      if (status !== 200) continue
      // Made and spent in one block.
      await esplora.send(
        spend({
          from: outputs[2]!.to,
          outpoint: outpointOf(first, 2),
          outputs: [{ to: pick(SCRIPTS), value: 19_9998_0000n }],
        }),
      )
    }
    await esplora.mine(1 + random.below(2), SCRIPTS[0]!)
    if (round % 3 === 2) {
      const height = esplora.node.chain.tip.height - random.below(3)
      await esplora.call('invalidateblock', await esplora.text(`/block-height/${height}`))
      await checkAgainstCoins()
      await esplora.mine(2, SCRIPTS[1]!)
    }
    if (round === 7) {
      await esplora.close()
      await esplora.open()
    }
    await checkAgainstCoins()
  }
})

test('an index that was away catches up, over a reorg too', async () => {
  await esplora.server.close()
  const gone = esplora.node.chain.tree.active.at(esplora.node.chain.tip.height - 1)!
  await esplora.node.chain.invalidate(gone)
  await esplora.mine(5, SCRIPTS[2]!)
  await esplora.node.stop()
  await esplora.open()
  await checkAgainstCoins()
})
