import { bytesToHex, decodeHex, unwrap } from '@ply/bytes'
import { decodeMerkleBlock, extractMatches } from '@ply/consensus'
import { hash256 } from '@ply/crypto'
import { computeTxid, decodeBlock, encodeTransaction, hashToDisplay, REGTEST } from '@ply/primitives'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { computeScriptHash } from './addressIndex/rows.ts'
import { openScript, outpointOf, spend, TestEsplora } from './test/testEsplora.ts'

const MINER = openScript(0)
const ALICE = openScript(1)
const BOB = openScript(2)

interface Stats {
  readonly funded_txo_count: number
  readonly funded_txo_sum: number
  readonly spent_txo_count: number
  readonly spent_txo_sum: number
  readonly tx_count: number
}
interface Address {
  readonly chain_stats: Stats
  readonly mempool_stats: Stats
}
interface Tx {
  readonly txid: string
  readonly vin: readonly {
    readonly prevout: { readonly value: number; readonly scriptpubkey_address: string } | null
  }[]
  readonly fee: number
  readonly status: { readonly confirmed: boolean; readonly block_height?: number }
}

let esplora: TestEsplora
beforeAll(async () => {
  esplora = await TestEsplora.start()
  await esplora.mine(110, MINER)
})
afterAll(() => esplora.remove())

const GENESIS = hashToDisplay(REGTEST.genesisHash)
const id = (tx: Parameters<typeof computeTxid>[0]): string => hashToDisplay(computeTxid(tx))
const stats = async (address: string) => esplora.get<Address>(`/address/${address}`)
const counts = ({ funded_txo_count: funded, spent_txo_count: spent, tx_count: transactions }: Stats) => [
  funded,
  spent,
  transactions,
]

describe('a payment', () => {
  test('is seen in the pool, then in a block, and comes back to the pool when the block goes', async () => {
    const tx = spend({
      from: MINER,
      outpoint: outpointOf(await esplora.coinbase(1)),
      outputs: [
        { to: ALICE, value: 30_0000_0000n },
        { to: BOB, value: 19_9999_0000n },
      ],
    })
    expect(await esplora.send(tx)).toEqual([200, id(tx)])
    expect(await esplora.get(`/mempool`)).toMatchObject({ count: 1, total_fee: 10_000 })
    expect(await esplora.get(`/mempool/txids`)).toEqual([id(tx)])
    expect(await esplora.get(`/mempool/recent`)).toMatchObject([{ txid: id(tx), fee: 10_000, value: 49_9999_0000 }])
    expect(await stats(ALICE.address)).toMatchObject({
      chain_stats: { funded_txo_count: 0, tx_count: 0 },
      mempool_stats: { funded_txo_count: 1, funded_txo_sum: 30_0000_0000, tx_count: 1 },
    })
    expect(await esplora.get(`/address/${ALICE.address}/utxo`)).toEqual([
      { txid: id(tx), vout: 0, status: { confirmed: false }, value: 30_0000_0000 },
    ])
    expect(await esplora.get(`/tx/${id(tx)}/status`)).toEqual({ confirmed: false })

    await esplora.mine(1, MINER)
    const found = await esplora.get<Tx>(`/tx/${id(tx)}`)
    expect(found).toMatchObject({ txid: id(tx), fee: 10_000, status: { confirmed: true, block_height: 111 } })
    expect(found.vin[0]!.prevout).toMatchObject({ value: 50_0000_0000, scriptpubkey_address: MINER.address })
    expect(await esplora.get(`/address/${ALICE.address}/txs`)).toEqual([found])
    expect(counts((await stats(ALICE.address)).chain_stats)).toEqual([1, 0, 1])
    const outspend = await esplora.get(`/tx/${id(await esplora.coinbase(1))}/outspend/0`)
    expect(outspend).toMatchObject({ spent: true, txid: id(tx), vin: 0, status: { confirmed: true } })
    expect(await esplora.get(`/tx/${id(tx)}/outspends`)).toEqual([{ spent: false }, { spent: false }])

    await esplora.call('invalidateblock', await esplora.text('/blocks/tip/hash'))
    expect(counts((await stats(ALICE.address)).chain_stats)).toEqual([0, 0, 0])
    expect(counts((await stats(ALICE.address)).mempool_stats)).toEqual([1, 0, 1])
    await esplora.mine(1, openScript(3))
    expect(counts((await stats(ALICE.address)).chain_stats)).toEqual([1, 0, 1])
  })

  test('that breaks a rule is refused in the words of RPC', async () => {
    const outpoint = outpointOf(await esplora.coinbase(2))
    const tx = spend({ from: MINER, outpoint, outputs: [{ to: BOB, value: 51_0000_0000n }] })
    const [status, message] = await esplora.send(tx)
    expect(status).toBe(400)
    expect(message).toContain('sendrawtransaction RPC error: {"code":-26,"message":"bad-txns-in-belowout')
  })
})

test('a page of history follows the one before', async () => {
  const whole = await esplora.get<Tx[]>(`/address/${MINER.address}/txs/chain`)
  expect(whole).toHaveLength(25)
  const next = await esplora.get<Tx[]>(`/address/${MINER.address}/txs/chain/${whole.at(-1)!.txid}`)
  expect(next[0]!.status.block_height).toBe(whole.at(-1)!.status.block_height! - 1)
  expect(await esplora.get(`/address/${MINER.address}/txs/chain/${'00'.repeat(32)}`)).toEqual([])
})

test('a script is known by its hash, too', async () => {
  const hash = bytesToHex(computeScriptHash(ALICE.scriptPubKey))
  const { chain_stats } = await stats(ALICE.address)
  expect(await esplora.get(`/scripthash/${hash}`)).toMatchObject({ scripthash: hash, chain_stats })
})

test('blocks are shown whole, in pages and as bytes', async () => {
  const tip = await esplora.text('/blocks/tip/hash')
  const height = Number(await esplora.text('/blocks/tip/height'))
  expect(await esplora.text(`/block-height/${height}`)).toBe(tip)
  const block = await esplora.get<{ size: number; tx_count: number }>(`/block/${tip}`)
  expect(block).toMatchObject({ id: tip, height, tx_count: 2 })
  const raw = new Uint8Array(await (await fetch(`${esplora.server.url}/block/${tip}/raw`)).arrayBuffer())
  expect(raw.length).toBe(block.size)
  expect(hashToDisplay(hash256(raw.subarray(0, 80)))).toBe(tip)
  expect(await esplora.text(`/block/${tip}/header`)).toBe(bytesToHex(raw.subarray(0, 80)))
  const txids = unwrap(decodeBlock(raw)).transactions.map(id)
  expect(await esplora.get(`/block/${tip}/txids`)).toEqual(txids)
  expect(await esplora.text(`/block/${tip}/txid/1`)).toBe(txids[1])
  expect((await esplora.get<Tx[]>(`/block/${tip}/txs`)).map(({ txid }) => txid)).toEqual(txids)
  expect(await esplora.get(`/block/${tip}/status`)).toEqual({ in_best_chain: true, height, next_best: null })
  expect(await esplora.get<unknown[]>('/blocks')).toHaveLength(10)
  expect(await esplora.get<unknown[]>('/blocks/3')).toHaveLength(4)
})

test('a transaction comes as hexadecimal, bytes and proof', async () => {
  const tip = await esplora.text('/blocks/tip/hash')
  const txid = await esplora.text(`/block/${tip}/txid/1`)
  const hex = await esplora.text(`/tx/${txid}/hex`)
  const raw = new Uint8Array(await (await fetch(`${esplora.server.url}/tx/${txid}/raw`)).arrayBuffer())
  expect(bytesToHex(raw)).toBe(hex)
  const proof = unwrap(decodeMerkleBlock(unwrap(decodeHex(await esplora.text(`/tx/${txid}/merkleblock-proof`)))))
  expect(extractMatches(proof)!.txids.map(hashToDisplay)).toEqual([txid])
  const branch = await esplora.get<{ merkle: string[]; pos: number }>(`/tx/${txid}/merkle-proof`)
  expect(branch).toMatchObject({ merkle: [await esplora.text(`/block/${tip}/txid/0`)], pos: 1 })
})

test('fees are estimated for every target', async () => {
  const estimates = await esplora.get<Record<string, number>>('/fee-estimates')
  expect(Object.keys(estimates)).toHaveLength(28)
  expect(estimates['1']).toBeGreaterThanOrEqual(1)
})

test('everything also answers below /api', async () => {
  expect(await esplora.text('/api/blocks/tip/hash')).toBe(await esplora.text('/blocks/tip/hash'))
})

test.each([
  ['/tx/zz', 400, 'Invalid hex string'],
  [`/tx/${'00'.repeat(32)}`, 404, 'Transaction not found'],
  [`/tx/${'00'.repeat(32)}/merkle-proof`, 404, 'Transaction not found or is unconfirmed'],
  ['/block/12', 400, 'Invalid hex string'],
  [`/block/${'00'.repeat(32)}`, 404, 'Block not found'],
  ['/block-height/99999', 404, 'Block not found'],
  ['/block-height/x', 400, 'Invalid number'],
  ['/blocks/99999', 404, 'Block not found'],
  [`/block/${GENESIS}/txid/1`, 404, 'tx index out of range'],
  [`/block/${GENESIS}/txs/25`, 404, 'start index out of range'],
  ['/address/nonsense', 400, 'Invalid Bitcoin address'],
  ['/address/bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 400, 'Address on invalid network'],
  ['/scripthash/00', 400, 'Invalid scripthash'],
  ['/scripthash/zz', 400, 'Invalid hex string'],
  ['/broadcast', 400, 'Missing tx'],
  ['/nowhere', 404, 'endpoint does not exist "/nowhere"'],
])('%s is %i: %s', async (path, status, message) => {
  expect(await esplora.text(path, status)).toBe(message)
})

test('what nobody knows is not confirmed, and in no chain', async () => {
  expect(await esplora.get(`/tx/${'00'.repeat(32)}/status`)).toEqual({ confirmed: false })
  const unknown = { in_best_chain: false, height: null, next_best: null }
  expect(await esplora.get(`/block/${'00'.repeat(32)}/status`)).toEqual(unknown)
})

test('a body without end is cut off', async () => {
  const body = 'ff'.repeat(3 << 20)
  expect((await fetch(`${esplora.server.url}/tx`, { method: 'POST', body })).status).toBe(413)
  expect(await esplora.text('/blocks/tip/height')).toMatch(/^\d+$/)
})

test('pages of other origins get no leave unless asked', async () => {
  const response = await fetch(`${esplora.server.url}/blocks/tip/height`, { headers: { Origin: 'http://evil' } })
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
})

test('a spend of an unconfirmed output waits with it', async () => {
  const first = spend({
    from: MINER,
    outpoint: outpointOf(await esplora.coinbase(3)),
    outputs: [{ to: BOB, value: 49_9999_0000n }],
  })
  const second = spend({ from: BOB, outpoint: outpointOf(first), outputs: [{ to: ALICE, value: 49_9998_0000n }] })
  for (const tx of [first, second]) expect(await esplora.send(tx)).toEqual([200, id(tx)])
  const utxos = await esplora.get<{ txid: string }[]>(`/address/${BOB.address}/utxo`)
  expect(utxos.map(({ txid }) => txid)).not.toContain(id(first))
  const waiting = await esplora.get<Tx[]>(`/address/${BOB.address}/txs/mempool`)
  expect(waiting.map(({ txid }) => txid)).toEqual([id(second), id(first)])
  expect(waiting[0]).toMatchObject({ fee: 10_000 })
  expect(await esplora.text(`/tx/${id(second)}/hex`)).toBe(bytesToHex(encodeTransaction(second)))
})
