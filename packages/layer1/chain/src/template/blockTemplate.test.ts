import { describe, expect, test } from 'vitest'
import { compareBytes, unwrap } from '@ply/bytes'
import {
  checkBlock,
  checkContextualBlock,
  checkProofOfWork,
  connectBlock,
  MAX_BLOCK_WEIGHT,
  VersionBitsCache,
} from '@ply/consensus'
import {
  type Block,
  blockWeight,
  computeTxid,
  decodeAddress,
  hashToDisplay,
  type NetworkParameters,
  REGTEST,
  sats,
  SEQUENCE_FINAL,
  type Transaction,
  type Txid,
  virtualSize,
} from '@ply/primitives'
import { createP2wsh, createScript, OP_1 } from '@ply/script'
import {
  CoinsCache,
  createBlockTemplate,
  createMuHashUtxoHash,
  createSerializedUtxoHash,
  HeaderTree,
  type TemplateEntry,
  type TemplateRequest,
  UtxoStatistics,
} from '../index.ts'

const SCRIPT = createP2wsh(createScript([OP_1]))

function mined(block: Block): Block {
  for (let nonce = 0; ; nonce++) {
    const header = { ...block.header, nonce }
    if (checkProofOfWork(header, REGTEST).ok) return { ...block, header }
  }
}

describe('a hundred blocks with the clock at a second after genesis, as Bitcoin Core makes them', () => {
  const tree = new HeaderTree(REGTEST)
  tree.receiveBlock(tree.genesis, 1, { file: 0, offset: 0, length: 0 })
  tree.connected(tree.genesis)
  const versions = new VersionBitsCache(REGTEST)
  const scriptPubKey = unwrap(decodeAddress('mjTkW3DjgyZck4KbiRusZsqTgaYTxdSz6z', REGTEST))
  const now = REGTEST.genesis.header.time + 1
  const coins = new CoinsCache()
  for (let i = 0; i < 100; i++) {
    const previous = tree.active.tip!
    const version = versions.blockVersion(previous)
    const block = mined(createBlockTemplate({ parameters: REGTEST, previous, now, version, scriptPubKey }).block)
    const node = unwrap(tree.acceptHeader(block.header, now))
    unwrap(checkBlock(block, REGTEST))
    unwrap(checkContextualBlock(block, previous, REGTEST))
    const { delta } = unwrap(connectBlock(block, { get: () => undefined }, { parameters: REGTEST, previous }))
    coins.apply(delta)
    tree.receiveBlock(node, 1, { file: 0, offset: i + 1, length: 0 })
    tree.connected(node)
  }
  const all = [...coins.changes()].sort(([a], [b]) => compareBytes(a.txid, b.txid))

  test('the last block has the known hash', () => {
    expect(hashToDisplay(tree.active.tip!.hash)).toBe(
      '220aee93f0f5409631f35488898258f0930952bd620063cb4d7d87f7c28a8f50',
    )
  })

  test('the set of coins has the known hash', () => {
    const hash = createSerializedUtxoHash()
    const statistics = new UtxoStatistics()
    for (const [outpoint, coin] of all) {
      hash.add(outpoint, coin!)
      statistics.add(outpoint, coin!)
    }
    expect(hashToDisplay(hash.digest())).toBe('771d773b5c27b6f35f598ce764652a2cf28fbc268341eb1827844e416c629c7d')
    expect(statistics).toMatchObject({ transactions: 100, outputs: 100, totalAmount: 5000_00000000n })
  })

  test('MuHash does not mind the order', () => {
    const [forward, backward] = [createMuHashUtxoHash(), createMuHashUtxoHash()]
    for (const [outpoint, coin] of all.slice(0, 10)) forward.add(outpoint, coin!)
    for (const [outpoint, coin] of all.slice(0, 10).reverse()) backward.add(outpoint, coin!)
    expect(forward.digest()).toEqual(backward.digest())
  })
})

test('testdummy: the version follows its signalling', () => {
  const tree = new HeaderTree(REGTEST)
  const versions = new VersionBitsCache(REGTEST)
  const expected = (height: number): number => (height >= 144 && height < 432 ? 0x30000000 : 0x20000000)
  for (let height = 1; height < 600; height++) {
    const previous = tree.bestHeader
    const version = versions.blockVersion(previous)
    expect([height, version]).toEqual([height, expected(height)])
    const now = previous.time + 1
    const { block } = createBlockTemplate({ parameters: REGTEST, previous, now, version, scriptPubKey: SCRIPT })
    unwrap(tree.acceptHeader(mined(block).header, now))
  }
})

describe('what goes in', () => {
  const { genesis } = new HeaderTree(REGTEST)
  const entry = (id: number, more: Partial<TemplateEntry> & { lockTime?: number } = {}): TemplateEntry => {
    const tx: Transaction = {
      version: 2,
      inputs: [
        {
          prevout: { txid: new Uint8Array(32).fill(id) as Txid, index: 0 },
          scriptSig: new Uint8Array(0),
          sequence: SEQUENCE_FINAL - 1,
          witness: [Uint8Array.of(1)],
        },
      ],
      outputs: [{ value: sats(id), scriptPubKey: SCRIPT }],
      lockTime: more.lockTime ?? 0,
    }
    return { tx, fee: sats(1000), weight: virtualSize(tx) * 4, sigopCost: 1, ...more }
  }
  const template = (packages: TemplateEntry[][], more: Partial<TemplateRequest> = {}) =>
    createBlockTemplate({
      parameters: REGTEST,
      previous: genesis,
      now: genesis.time + 600,
      version: 0x20000000,
      scriptPubKey: SCRIPT,
      packages: packages.map((entries) => ({ entries })),
      ...more,
    })
  const ids = (packages: TemplateEntry[][], more?: Partial<TemplateRequest>): bigint[] =>
    template(packages, more).entries.map(({ tx }) => tx.outputs[0]!.value)

  test('packages in their order, their fees in the coinbase, and a block that passes', () => {
    const { block, fees, height, entries } = template([[entry(1), entry(2)], [entry(3)]])
    expect([fees, height, entries.length]).toEqual([3000n, 1, 3])
    expect(block.transactions[0]!.outputs[0]!.value).toBe(50_00000000n + 3000n)
    expect(checkBlock(mined(block), REGTEST)).toMatchObject({ ok: true })
    expect(checkContextualBlock(block, genesis, REGTEST)).toMatchObject({ ok: true })
  })

  test('what is too heavy, has too many signatures, or is not final stays out as a whole package', () => {
    expect(ids([[entry(1), entry(2, { weight: MAX_BLOCK_WEIGHT })], [entry(3)]])).toEqual([3n])
    expect(ids([[entry(1)], [entry(2, { sigopCost: 79_600 })], [entry(3)]])).toEqual([1n, 3n])
    expect(ids([[entry(1, { lockTime: 1 })], [entry(2)]])).toEqual([2n])
    expect(ids([[entry(1), entry(2)], [entry(3)]], { maxWeight: 8000 + 700 })).toEqual([3n])
  })

  test('behind a package that stays out, nothing of its cluster goes in', () => {
    const packages = [
      { entries: [entry(1)], cluster: 0 },
      { entries: [entry(2, { lockTime: 1 })], cluster: 0 },
      { entries: [entry(3)], cluster: 1 },
      { entries: [entry(4)], cluster: 0 },
      { entries: [entry(5)] },
    ]
    const request = { parameters: REGTEST, previous: genesis, now: 0, version: 0x20000000, scriptPubKey: SCRIPT }
    const taken = createBlockTemplate({ ...request, packages }).entries
    expect(taken.map(({ tx }) => tx.outputs[0]!.value)).toEqual([1n, 3n, 5n])
  })

  test('below the least feerate nothing more goes in', () => {
    expect(ids([[entry(1)], [entry(2, { fee: sats(0) })], [entry(3)]])).toEqual([1n])
  })

  test('before segwit there is a commitment but no reserved value', () => {
    const consensus = { ...REGTEST.consensus, buriedHeights: { ...REGTEST.consensus.buriedHeights, segwit: 100 } }
    const parameters: NetworkParameters = { ...REGTEST, consensus }
    const { block } = template([], { parameters })
    expect(block.transactions[0]!.inputs[0]!.witness).toEqual([])
    expect(block.transactions[0]!.outputs).toHaveLength(2)
    expect(blockWeight(block) % 4).toBe(0)
    expect(computeTxid(block.transactions[0]!)).toEqual(computeTxid(template([]).block.transactions[0]!))
  })
})
